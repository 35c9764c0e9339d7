"""The page in Chromium: it opens without a request, fits every screen, prints, serves keyboard and ear."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from html_pages import page as html_of
from html_pages import tree

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.needs("chromium")
HA_NOI, HAI_BA_TRUNG, BAC_GIANG = "ha-noi-2018-2020", "hai-ba-trung-2019", "bac-giang-2024"
PLANS = (HA_NOI, HAI_BA_TRUNG, BAC_GIANG, "ninh-binh-2021")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of each plan."""
    folder = tmp_path_factory.mktemp("pages")
    for plan in PLANS:
        (folder / f"{plan}.html").write_text(html_of(plan), encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def opened(browser: Browser, written: Path) -> Iterator[Opened]:
    opener = Opened(browser, written)
    yield opener
    for page in opener.pages:
        page.context.close()


class Opened:
    """Opens pages and remembers what they asked for and complained of."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser, self.folder = browser, folder
        self.pages: list[Page] = []
        self.asked: list[str] = []
        self.said: list[str] = []

    def __call__(
        self, plan: str, *, width: int = 1280, anchor: str = "", script: bool = True, dark: bool = False
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        page = context.new_page()
        self.pages.append(page)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(f"{(self.folder / plan).as_uri()}.html{anchor}")
        return page


@pytest.mark.parametrize("plan", PLANS)
def test_it_opens_without_a_complaint_and_without_asking_for_anything(opened: Opened, plan: str) -> None:
    opened(plan)
    assert [url.rsplit("/", 1)[1] for url in opened.asked] == [f"{plan}.html"]
    assert opened.said == []


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_reaches_over_the_side_of_the_screen(opened: Opened, plan: str, width: int) -> None:
    """Wide tables scroll within their own frame; text is never cut."""
    page = opened(plan, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    over = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, .defs'))
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert over == []


def test_the_scheme_of_the_reader_is_followed_and_paper_is_always_light(opened: Opened) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = opened(HA_NOI), opened(HA_NOI, dark=True)
    assert light.evaluate(ground) != dark.evaluate(ground)
    dark.emulate_media(media="print")
    assert dark.evaluate(ground) == "rgb(255, 255, 255)"
    assert dark.evaluate("getComputedStyle(document.querySelector('h2')).color") == "rgb(29, 28, 26)"


def test_what_is_said_under_a_heading_is_printed_whole_with_what_follows(opened: Opened) -> None:
    """A remark of two lines is not parted by the page's end, leaving the heading and half of it behind."""
    page = opened("bac-giang-2024")
    page.emulate_media(media="print")
    said = page.eval_on_selector_all(
        "p.note",
        "all => all.map(one => { const at = getComputedStyle(one); return [at.breakInside, at.breakAfter] })",
    )
    assert said
    assert all(one == ["avoid", "avoid"] for one in said)


def test_it_prints_on_a4_with_the_headings_of_tables_on_every_page(opened: Opened) -> None:
    """No element is wider than the paper; the explanations stay at home."""
    page = opened(HA_NOI)
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox \[([^\]]+)\]", pdf))
    assert [[round(float(part)) for part in size.split()] for size in sizes] == [[0, 0, 595, 842]]
    assert 4 < len(re.findall(rb"/Type /Page\b", pdf)) < 20
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.bars thead')).display") == "table-header-group"
    assert page.evaluate("getComputedStyle(document.querySelector('.tree')).display") == "block"
    assert not page.locator(".tree").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).breakInside") == "avoid"


# --- keyboard -----------------------------------------------------------------------------------------------------


def test_the_first_key_reaches_the_link_past_the_head_and_every_stop_is_seen(opened: Opened) -> None:
    """Forty stops on: each is on screen, in the order of the page, with a visible outline."""
    page = opened(BAC_GIANG)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    tops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        style = page.evaluate(
            """() => { const it = document.activeElement, box = it.getBoundingClientRect();
            return [it.tagName, getComputedStyle(it).outlineStyle, box.width > 0, box.top + scrollY]; }"""
        )
        assert style[0] in ("A", "SUMMARY", "BUTTON", "DIV")
        assert style[1:3] == ["solid", True], style
        tops.append(style[3])
    assert max(a - b for a, b in pairwise(tops)) < 700, "the order of stops is not that of the page"


def test_what_is_folded_opens_by_key(opened: Opened) -> None:
    page = opened(HA_NOI)
    readings = page.locator("article[data-target=materials] details.more").first
    assert not readings.locator("ul").is_visible()
    readings.locator("summary").focus()
    page.keyboard.press("Enter")
    assert readings.locator("ul").is_visible()


def test_a_table_is_sorted_by_key_and_says_how(opened: Opened) -> None:
    """By name in Vietnamese order, then back."""
    page = opened(HA_NOI)
    table = page.locator("table.bars").first
    head = table.locator("th").first
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    names = table.locator("tbody th").all_inner_texts()
    assert names[:3] == ["Huyện Ba Vì", "Huyện Chương Mỹ", "Huyện Đan Phượng"]
    page.keyboard.press("Enter")
    assert table.locator("tbody th").first.inner_text() == names[-1]
    need = table.locator("th", has_text="Cần thêm")
    need.locator("button").click()
    assert head.get_attribute("aria-sort") is None
    assert need.get_attribute("aria-sort") == "ascending"


def test_a_figure_leads_to_its_explanation_which_opens(opened: Opened) -> None:
    """Down to the version of a commune's return."""
    page = opened(HA_NOI)
    page.locator("article[data-target=materials] a[data-is=share]").click()
    target = page.locator("li[id='p1/why/materials']")
    assert target.locator(":scope > details").get_attribute("open") is not None
    assert target.locator("ul").first.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_link_from_outside_opens_what_it_names(opened: Opened, script: bool) -> None:
    page = opened(HA_NOI, anchor="#p1/why/materials/00265", script=script)
    unit = page.locator("li[id='p1/why/materials/00265']")
    unit.scroll_into_view_if_needed()
    assert unit.is_visible()
    assert "Phường Đống Mác" in unit.inner_text()


def test_everything_is_said_without_the_script(opened: Opened) -> None:
    """No button that does nothing; the folded still unfolds."""
    page = opened(HA_NOI, script=False)
    assert page.locator("button:visible").count() == 0
    page.locator("article[data-target=materials] summary").first.click()
    assert page.locator("article[data-target=materials] .readings").is_visible()


def test_all_explanations_open_and_close_at_a_press(opened: Opened) -> None:
    page = opened(BAC_GIANG)
    page.get_by_role("button", name="Mở hết").click()
    assert page.locator(".tree details:not([open])").count() == 0
    page.get_by_role("button", name="Đóng hết").click()
    assert page.locator(".tree details[open]").count() == 0


# --- what is heard ------------------------------------------------------------------------------------------------


def test_the_accessibility_tree_names_drawings_tables_and_regions(opened: Opened) -> None:
    """As Chromium hands it to a screen reader."""
    page = opened(HA_NOI)
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    names: dict[str, list[str]] = {}
    for node in nodes:
        if not node.get("ignored"):
            names.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    for role in ("image", "table", "region", "link", "button", "navigation", "article"):
        assert names.get(role), role
        assert "" not in names[role], role
    drawings = len([one for one in tree(HA_NOI).all("svg") if one.attrs.get("role") == "img"])
    assert len(names["image"]) >= drawings - len(tree(HA_NOI).all("details")), "drawings outside folds are heard"
    assert "Chỉ tiêu 1: xã nhận và triển khai tài liệu" in names["image"]
    assert len(names["main"]) == 1


def test_text_can_be_set_to_twice_its_size(opened: Opened) -> None:
    """WCAG 1.4.4: nothing is lost at 200 %, at the width of a small laptop."""
    page = opened(BAC_GIANG, width=1024)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
