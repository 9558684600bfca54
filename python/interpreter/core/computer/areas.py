"""The areas of the classic Computer API: what they are called, which methods they have, and which of them are not there yet."""

from __future__ import annotations

# area: its methods, as they are told to a model. Those of `files` and `ai` are real; each other one raises UnsupportedArea.
AREAS = {
    "mouse": ("scroll(clicks)", "position()", "move(x=None, y=None, icon=None, text=None, screenshot=None)", "down()", "up()",
              "click(button='left', clicks=1, interval=0.1)", "double_click()", "triple_click()", "right_click()"),
    "keyboard": ("write(text, interval=None, delay=0.3)", "press(presses=1, interval=0.1)", "press_and_release()", "hotkey(interval=0.1)",
                 "down(key)", "up(key)"),
    "display": ("size()", "center()", "info()", "view(show=True, quadrant=None, screen=0, combine_screens=True, active_app_only=True)",
                "screenshot(screen=0, show=True, quadrant=None, active_app_only=True, combine_screens=True)",
                "find(description, screenshot=None)", "find_text(text, screenshot=None)", "get_text_as_list_of_lists(screenshot=None)"),
    "clipboard": ("view()", "copy(text=None)", "paste()"),
    "mail": ("get(number=5, unread=False)", "send(to, subject, body, attachments=None)", "unread_count()", "calculate_upload_delay(attachments)",
             "format_path_for_applescript(file_path)"),
    "sms": ("send(to, message)", "get(contact=None, limit=10, substring=None)", "can_access_database()", "prompt_full_disk_access()"),
    "calendar": ("get_events(start_date=None, end_date=None)", "create_event(title, start_date, end_date, location='', notes='', calendar=None)",
                 "delete_event(event_title, start_date, calendar=None)", "get_first_calendar()"),
    "contacts": ("get_phone_number(contact_name)", "get_email_address(contact_name)", "get_full_names_from_first_name(first_name)"),
    "browser": ("search(query)", "fast_search(query)", "setup(headless)", "go_to_url(url)", "search_google(query, delays=True)",
                "analyze_page(intent)", "quit()"),
    "os": ("get_selected_text()", "notify(text)"),
    "vision": ("load(load_moondream=True, load_easyocr=True)", "ocr(base_64=None, path=None, lmc=None, pil_image=None)",
               "query(query='Describe this image.', base_64=None, path=None, lmc=None, pil_image=None)"),
    "skills": ("list()", "new_skill()", "run(skill)", "search(query)", "import_skills()"),
    "docs": ("search(query, module=None, paths=None)",),
    "ai": ("chat(text, base64=None)", "query(text, query, custom_reduce_query=None)", "summarize(text)"),
    "files": ("edit(path, original_text, replacement_text)", "search(query, path='.')"),
}


class UnsupportedArea:
    """An area of the classic Computer API that this program does not have yet: each of its methods says so."""

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, method):
        if method.startswith("_") or method not in (line.partition("(")[0] for line in AREAS[self._name]):
            raise AttributeError(f"computer.{self._name} has no method {method!r}")

        def missing(*_, **__):
            raise NotImplementedError(f"computer.{self._name}.{method}() is not there yet: this program has computer.files and computer.ai; "
                                      f"let code do it instead, with computer.run(language, code)")

        return missing

    def __reduce_ex__(self, protocol):
        raise TypeError(f"computer.{self._name} belongs to an interpreter and cannot be copied or pickled")


def area(name: str):
    return UnsupportedArea(name)


def signatures(name: str, part) -> list:
    """Each method of an area as one line."""
    lines = []
    for method in AREAS[name]:
        doc = getattr(getattr(type(part), method.partition("(")[0], None), "__doc__", None)
        lines.append(f"computer.{name}.{method}" + (f" # {doc.split(': ')[0].splitlines()[0]}" if doc else ""))
    return lines
