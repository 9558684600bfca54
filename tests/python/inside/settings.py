"""Attributes: defaults, unknown names, wrong types, what reaches the model."""

import copy
import pickle

from support import main, raises, says, talking

from interpreter import InterpreterError, OpenInterpreter, interpreter as ready


def test_the_classic_defaults_are_there():
    one = OpenInterpreter()
    assert (one.auto_run, one.offline, one.verbose, one.safe_mode, one.max_output, one.custom_instructions) == (False, False, False, "off", 2800, "")
    assert (one.llm.model, one.llm.temperature, one.llm.context_window, one.llm.max_tokens, one.llm.supports_vision) == ("gpt-4o", 0, None, None, None)
    assert one.messages == [] and one.loop_breakers[0] == "The task is done." and "Open Interpreter" in one.system_message
    assert not one.anonymous_telemetry


def test_an_unknown_name_is_an_error_with_the_nearest():
    for owner, name, near in ((ready, "auto_rn", "auto_run"), (ready.llm, "modle", "model"), (ready.computer, "langages", "languages"), (ready, "sytem_message", "system_message")):
        with raises(AttributeError, name, f"did you mean {near!r}"):
            setattr(owner, name, True)
        with raises(AttributeError, f"did you mean {near!r}"):
            getattr(owner, name)
    with raises(AttributeError, "OpenInterpreter"):
        import interpreter

        interpreter.OpenInterpretr
    with raises(AttributeError, "auto_run"):
        OpenInterpreter(autorun=True)


def test_a_wrong_type_is_an_error_that_names_the_attribute():
    for owner, name, value in ((ready, "auto_run", "yes"), (ready, "max_output", "many"), (ready, "max_output", True), (ready, "messages", "hi"), (ready, "system_message", None),
                               (ready.llm, "model", 3), (ready.llm, "temperature", "hot"), (ready.llm, "completions", "x"), (ready, "on_approval", 3), (ready, "llm", "gpt-4o"),
                               (ready, "tools", "x")):
        with raises(TypeError, name):
            setattr(owner, name, value)


def test_a_value_that_the_core_refuses_names_the_setting():
    with talking(says("a"), safe_mode="sometimes") as (interpreter, _), raises(InterpreterError, "safe_mode", "sometimes"):
        interpreter.chat("hi", display=False)


def test_settings_reach_the_model_and_can_change_between_turns():
    with talking(says("a"), says("b"), says("c")) as (interpreter, provider):
        interpreter.system_message += "\nSpeak like a sailor."
        interpreter.custom_instructions = "Be brief."
        interpreter.llm.temperature = 0.5
        interpreter.llm.max_tokens = 77
        interpreter.chat("one", display=False)
        first = provider.body(0)
        assert first["temperature"] == 0.5 and 77 in (first.get("max_tokens"), first.get("max_completion_tokens")), first
        assert "Speak like a sailor." in first["messages"][0]["content"] and "Be brief." in first["messages"][0]["content"]
        interpreter.llm.temperature = 1.5
        interpreter.llm.max_tokens = None
        interpreter.chat("two", display=False)
        second = provider.body(1)
        assert second["temperature"] == 1.5 and 77 not in (second.get("max_tokens"), second.get("max_completion_tokens")), second
        interpreter.llm.model = "openai/another"
        interpreter.chat("three", display=False)
        assert provider.body(2)["model"] == "another", provider.body(2)["model"]


def test_templates_change_what_is_sent_and_not_what_was_said():
    with talking(says("a"), user_message_template="Politely: {content}") as (interpreter, provider):
        interpreter.chat("tell me", display=False)
        assert provider.body(0)["messages"][-1]["content"] == "Politely: tell me", provider.body(0)["messages"]
        assert interpreter.messages[0]["content"] == "tell me"


def test_old_names_are_names_of_the_same():
    one = OpenInterpreter()
    one.model, one.temperature, one.max_budget = "openai/x", 0.2, 3
    assert (one.llm.model, one.llm.temperature, one.llm.max_budget, one.model) == ("openai/x", 0.2, 3, "openai/x")
    one.force_task_completion = True
    assert one.loop is True
    one.llm.max_output = 10
    assert one.max_output == 10


def test_copies_and_pickles_are_refused():
    for what in (ready, ready.llm, ready.computer, ready.computer.mouse):
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with raises(TypeError, "cannot be copied or pickled"):
                attempt(what)


def test_a_subclass_has_attributes_of_its_own():
    class Mine(OpenInterpreter):
        flavour: str = "plain"

    mine = Mine(flavour="sweet")
    assert mine.flavour == "sweet"
    with raises(TypeError, "flavour"):
        mine.flavour = 3


def test_two_interpreters_share_nothing():
    with talking(says("a")) as (one, _), talking(says("b")) as (two, _):
        one.chat("hi", display=False)
        assert two.messages == [] and not two.auto_run
        one.loop_breakers.append("x")
        assert "x" not in two.loop_breakers


def test_what_it_costs_is_told():
    with talking(says("a", usage=[9, 4])) as (interpreter, _):
        interpreter.chat("hi", display=False)
        assert interpreter.usage["input_tokens"] == 9 and interpreter.usage["output_tokens"] == 4, interpreter.usage


if __name__ == "__main__":
    main(globals())
