"""What programs bring: a model, languages, tools, hooks; and what happens when one of them raises."""

import enum
import time
import traceback
import typing

from support import main, raises, runs, says, talking, until

from interpreter import BaseLanguage, OpenInterpreter


def own_model(*answers):
    """An interpreter whose model is a function; `asked` are the messages of each call."""
    asked, left = [], list(answers)

    def complete(model, messages, stream, **more):
        asked.append(messages)
        yield from left.pop(0)

    interpreter = OpenInterpreter(conversation_history=False, auto_run=True)
    interpreter.llm.completions = complete
    interpreter.llm.supports_functions = False
    return interpreter, asked


def pieces(text, size=4):
    return [{"choices": [{"delta": {"content": text[i:i + size]}}]} for i in range(0, len(text), size)]


def test_a_function_is_the_model():
    interpreter, asked = own_model(pieces("I run it.\n```python\nprint(6*7)\n```\n"), pieces("It is 42."))
    interpreter.chat("6*7?", display=False)
    assert [message["content"] for message in interpreter.messages[1:]] == ["I run it.\n", "print(6*7)", "42\n", "It is 42."], interpreter.messages
    assert asked[0][0]["role"] == "system" and asked[0][-1] == {"role": "user", "content": "6*7?"} and "42" in str(asked[1][-1])
    interpreter.terminate()


def test_tool_calls_objects_and_whole_replies_of_a_function_are_read():
    class Dumped:
        def __init__(self, content):
            self.content = content

        def model_dump(self):
            return self.content

    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "execute", "arguments": '{"language": "python", "code": "print(1)"}'}}
    interpreter, _ = own_model([Dumped({"choices": [{"delta": {"tool_calls": [call]}}]})], [{"choices": [{"message": {"role": "assistant", "content": "whole"}}]}])
    interpreter.llm.supports_functions = True
    interpreter.chat("go", display=False)
    assert [message["content"] for message in interpreter.messages[1:]] == ["print(1)", "1\n", "whole"], interpreter.messages
    interpreter.terminate()


def test_functions_of_older_forms_get_what_they_take():
    def only_messages(openai_message):
        yield {"delta": {"content": openai_message[-1]["content"][::-1]}}

    def four(messages, model, stream, max_tokens):
        assert stream is True
        yield {"choices": [{"delta": {"content": f"{model} {max_tokens}"}}]}

    for function, answer in ((only_messages, "cba"), (four, "mine 50")):
        interpreter = OpenInterpreter(conversation_history=False, offline=True)
        interpreter.llm.completion = function
        interpreter.llm.model, interpreter.llm.max_tokens, interpreter.llm.context_window = "mine", 50, 3000
        assert interpreter.chat("abc", display=False)[-1]["content"] == answer, interpreter.messages
        interpreter.terminate()


def broken_model(model, messages, **more):
    yield {"choices": [{"delta": {"content": "so far"}}]}
    raise LookupError("the model fell over")


def test_what_a_callback_raises_reaches_the_caller_with_its_traceback():
    def broken_hook(language, code):
        raise LookupError("the hook fell over")

    class Broken(BaseLanguage):
        name = "broken"

        def run(self, code):
            raise LookupError("the language fell over")

    def broken_tool():
        raise LookupError("the tool fell over")

    def check(interpreter, function, what):
        try:
            interpreter.chat("go", display=False)
        except LookupError as error:
            frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
            assert what in str(error) and function in frames, (error, frames)
        else:
            raise AssertionError(what)
        assert not interpreter.responding
        interpreter.terminate()

    interpreter, _ = own_model()
    interpreter.llm.completions = broken_model
    check(interpreter, "broken_model", "the model fell over")
    for what, code, set_up in (("hook", "python\nprint(1)", lambda one: setattr(one, "before_cell", broken_hook)), ("language", "broken\nx", lambda one: one.computer.languages.append(Broken)),
                               ("tool", "python\ncomputer.broken_tool()", lambda one: one.tool(broken_tool))):
        interpreter, _ = own_model(pieces(f"```{code}\n```\n"), pieces("never"))
        set_up(interpreter)
        check(interpreter, {"language": "run"}.get(what, f"broken_{what}"), f"the {what} fell over")


def test_languages_of_ones_own_with_and_without_an_init():
    class Reverse(BaseLanguage):
        name = "Reverse"
        aliases = ["rev"]
        file_extension = "rev"
        system_message = "Reverse prints its code backwards."

        def run(self, code):
            yield {"type": "console", "format": "active_line", "content": 1}
            yield {"type": "console", "format": "output", "content": code.strip()[::-1]}

    class Counter:
        name = "counter"
        file_extension = "cnt"
        aliases = []

        def __init__(self, computer):
            self.computer, self.count = computer, 0

        def run(self, code):
            self.count += 1
            yield {"type": "console", "format": "output", "content": str(self.count)}
            yield {"type": "image", "format": "base64.png", "content": "iVBORw0KGgo="}

        def stop(self):
            pass

        def terminate(self):
            ended.append(self.count)

    ended = []
    interpreter, asked = own_model(pieces("```reverse\nabc\n```\n"), pieces("```rev\ndef\n```\n"), pieces("```counter\nx\n```\n"), pieces("```counter\nx\n```\n"), pieces("done"))
    interpreter.computer.languages.append(Reverse)
    interpreter.computer.languages.append(Counter)
    interpreter.chat("go", display=False)
    outputs = [(message["type"], message["content"]) for message in interpreter.messages if message["role"] == "computer"]
    assert outputs == [("console", "cba"), ("console", "fed"), ("console", "1"), ("image", "iVBORw0KGgo="), ("console", "2"), ("image", "iVBORw0KGgo=")], outputs
    assert "Reverse prints its code backwards." in asked[0][0]["content"]
    assert interpreter.computer.run("counter", "x")[0] == {"type": "console", "format": "output", "content": "3"}
    interpreter.terminate()
    assert ended == [3], ended
    for wrong in (3, "python", object):
        with raises(TypeError, "computer.languages takes classes"):
            interpreter.computer.languages.append(wrong)


def test_a_list_of_languages_replaces_the_built_in_ones():
    class Python(BaseLanguage):
        name = "python"

        def run(self, code):
            yield {"type": "console", "format": "output", "content": f"not run: {code.strip()}"}

    interpreter, _ = own_model(pieces("```python\n1+1\n```\n"), pieces("done"))
    interpreter.computer.languages = [Python]
    interpreter.chat("go", display=False)
    assert interpreter.messages[2]["content"] == "not run: 1+1", interpreter.messages
    interpreter.terminate()


def test_stop_reaches_a_language_of_ones_own():
    class Slow(BaseLanguage):
        name = "slow"

        def run(self, code):
            try:
                while True:
                    time.sleep(0.01)
                    yield {"type": "console", "format": "output", "content": "."}
            finally:
                told.append("ended")

        def stop(self):
            told.append("stopped")

    told = []
    interpreter, _ = own_model(pieces("```slow\nx\n```\n"), pieces("never"))
    interpreter.computer.languages.append(Slow)
    for chunk in interpreter.chat("go", display=False, stream=True):
        if chunk.get("format") == "output":
            break
    until(lambda: sorted(told) == ["ended", "stopped"], 10, "the generator has ended")
    assert not interpreter.responding
    interpreter.terminate()


class Colour(enum.Enum):
    RED = "red"


def test_tools_are_called_by_cells_and_told_to_the_model():
    def weather(city: str, days: int = 1, units: typing.Literal["C", "F"] = "C", tags: typing.Optional[typing.List[str]] = None, colour: Colour = None) -> dict:
        """The weather of a city.

        city: its name
        """
        return {"city": city, "days": days, "tags": tags}

    from interpreter.core.tools import Tool

    assert Tool(weather).schema() == {"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string", "description": "its name"}, "days": {"type": "integer", "default": 1}, "units": {"enum": ["C", "F"], "default": "C"},
        "tags": {"type": "array", "items": {"type": "string"}}, "colour": {"enum": ["red"]}}}
    interpreter, asked = own_model(pieces("```python\nprint(computer.weather('Rome', days=3)['days'], computer.weather(city='Oslo', tags=['a'])['city'])\n```\n"), pieces("done"))
    assert interpreter.tool(weather) is weather
    interpreter.chat("go", display=False)
    assert interpreter.messages[2]["content"] == "3 Oslo\n", interpreter.messages
    assert "weather" in asked[0][0]["content"] and "The weather of a city." in asked[0][0]["content"]
    interpreter.terminate()
    for wrong in (print, lambda: None, 3):
        with raises(TypeError, "the tool print()" if wrong is print else "interpreter.tools takes functions with a name"):
            interpreter.tool(wrong)


def test_hooks_see_every_message_and_every_cell():
    with talking(runs("python", "print('theirs')"), says("done"), auto_run=True) as (interpreter, _):
        seen, cells = [], []

        def before(language, code):
            cells.append((language, code))
            return "print('ours')"

        interpreter.on_message, interpreter.before_cell = seen.append, before
        interpreter.chat("go", display=False)
        assert cells == [("python", "print('theirs')")]
        assert [(message["role"], message["content"]) for message in seen][0] == ("user", "go")
        assert [message["content"] for message in interpreter.messages] == ["go", "print('ours')", "ours\n", "done"], interpreter.messages
        assert seen[-1]["content"] == "done" and "ours\n" in [message["content"] for message in seen]


def test_a_model_that_waits_does_not_keep_a_stop_waiting():
    def slow(model, messages, **more):
        yield {"choices": [{"delta": {"content": "A first sentence. "}}]}
        time.sleep(3)
        yield {"choices": [{"delta": {"content": "Too late."}}]}

    interpreter, _ = own_model()
    interpreter.llm.completions = slow
    for chunk in interpreter.chat("go", display=False, stream=True):
        if "content" in chunk:
            begin = time.monotonic()
            break
    assert time.monotonic() - begin < 2.5, time.monotonic() - begin
    assert interpreter.messages[-1]["content"].strip() == "A first sentence.", interpreter.messages
    interpreter.terminate()


if __name__ == "__main__":
    main(globals())
