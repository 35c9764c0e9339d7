"""Problems of files as text for people, as GitHub annotations and as JUnit."""


def print_text(outcomes, console, *, stored):
    for o in outcomes:
        console.print(o.path, o.status.value, [(p.code, p.cell) for p in o.problems])
