"""The forms of the contract, one declaration each. To find a form, open the file of its code."""

from collections.abc import Mapping

from tracker.form import Form
from tracker.forms import b00, b00p, b01, b02, b03, b04, b05, b06, b07, b08, ttc

TTC = ttc.FORM

FORMS: Mapping[str, Form] = {
    module.FORM.code: module.FORM for module in (b00, b00p, b01, b02, b03, b04, b05, b06, b07, b08)
}
"""Every form that carries figures, by its code; TTC, which says who and when, stands apart."""
