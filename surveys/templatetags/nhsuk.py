"""What the form templates in templates/nhsuk need and the template language cannot say."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def control(field: BoundField, name: str) -> SafeString:
    """The field's own element, dressed as `name`, marked where it holds an error.

    Classes of the widget stay, so that a form may ask for a width. A counted text box is also
    described by its count, which the count's script looks for by this id.
    """
    widget = field.field.widget
    classes = [name, f"{name}--error"] if field.errors else [name]
    classes += widget.attrs.get("class", "").split()
    attrs: dict[str, str | bool] = {"class": " ".join(dict.fromkeys(classes))}
    if hasattr(widget, "counted"):
        attrs["aria-describedby"] = f"{field.auto_id}-info {field.aria_describedby or ''}".strip()
    return field.as_widget(attrs=attrs)
