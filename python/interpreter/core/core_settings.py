"""The attributes of an interpreter as the settings of the core: names and texts as in the manual's page on settings."""

from __future__ import annotations

LOOP_BREAKERS = ("The task is done.", "The task is impossible.", "Let me know what you'd like to do next.", "Please provide more information.")

# Attributes that have the name of their setting.
_SAME = ("offline", "auto_run", "verbose", "max_output", "safe_mode", "safe_level", "loop", "loop_message", "custom_instructions", "sandbox",
         "network", "max_memory", "max_processes", "cell_timeout", "python", "keep_variables", "user_message_template",
         "always_apply_user_message_template", "code_output_template", "empty_code_output_template", "code_output_sender")


def as_text(value) -> str:
    """A setting's value as the core takes it; "" is "not set"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def core_settings(interpreter) -> dict:
    """Only what was given, so that the rest is the core's to decide."""
    given, of_llm = interpreter._given(), interpreter.llm._given()
    wanted = {name: given[name] for name in _SAME if name in given}
    if isinstance(wanted.get("network"), bool):
        wanted["network"] = "on" if wanted["network"] else "off"
    if list(interpreter.loop_breakers) != list(LOOP_BREAKERS):
        wanted["loop_breakers"] = "|".join(interpreter.loop_breakers)
    if interpreter._system_message is not None:
        wanted["system_message"] = interpreter._system_message
    if interpreter.llm.completions is None:
        wanted["model"] = interpreter.llm.model
    wanted |= {setting: of_llm[name] for name, setting in interpreter.llm._SETTINGS.items() if name in of_llm}
    if wanted.get("fallback_models"):
        wanted["fallback_models"] = ",".join(wanted["fallback_models"])
    return {name: as_text(value) for name, value in wanted.items()}
