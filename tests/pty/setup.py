"""The first run: a person without a model finds one, and what they choose is kept."""

import json
import os
import stat
import subprocess
import sys
import termios

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from provider import Provider  # noqa: E402
from tmux import Pty, Tmux  # noqa: E402

KEY = "sk-proj-0123456789abcdefghij"
MODELS = [{"id": "gpt-4o", "created": 1715367049}, {"id": "gpt-5", "created": 1754425777}, {"id": "gpt-5-mini", "created": 1754425928},
          {"id": "text-embedding-3-large", "created": 1754425777}]
NOBODY = {"OLLAMA_HOST": "http://127.0.0.1:9", "VLLM_API_BASE": "http://127.0.0.1:9", "LLAMACPP_API_BASE": "http://127.0.0.1:9",
          "LM_STUDIO_API_BASE": "http://127.0.0.1:9", "JAN_API_BASE": "http://127.0.0.1:9", "KOBOLDCPP_API_BASE": "http://127.0.0.1:9",
          "TEXT_GENERATION_WEBUI_API_BASE": "http://127.0.0.1:9"}


def terminal(case, arguments="", columns=100, **environment):
    window = Tmux(case.folder, columns, 40)
    case.open.append(window)
    window.start(f"'{case.program}' {arguments}", **{**NOBODY, **environment})
    return window


def config(case, name):
    return os.path.join(case.folder.path, ".config", "open-interpreter", name)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def number_of(page, words):
    """The number of the last row that has these words."""
    return [line.split()[0] for line in page.splitlines() if words in line and line.split()[0].isdigit()][-1]


def test_a_pasted_key_is_checked_hidden_kept_and_used(case):
    with Provider([{"text": "ok"}, {"text": "Good day."}], models=MODELS, keys=[KEY]) as provider:
        window = terminal(case, "-y", OPENAI_BASE_URL=provider.base + "/v1")
        page = window.wait("Number.*:$")
        assert "Welcome" in page and "--demo" in page, page
        window.type(number_of(page, "A key of a vendor") + "\n")
        window.wait("Paste the key")
        window.type("sk-proj-wrong0123456789abcd\n")
        page = window.wait("401.*Incorrect API key")
        window.type(f"export OPENAI_API_KEY={KEY}\n")
        page = window.wait("It has 3 models")
        page = window.wait("Number.*:$")
        assert page.index("openai/gpt-5 ") < page.index("openai/gpt-5-mini") < page.index("openai/gpt-4o"), page
        assert "embedding" not in page, page
        window.type("\n")
        window.wait("Trying openai/gpt-5 ")
        page = window.wait("^>$")
        assert "It answers." in page and "keys now, which you alone can read" in page, page
        assert KEY not in page and "0123456789" not in page and "sk-proj-...ghij" in page, page
        path = config(case, "keys")
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600 and stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
        assert f"openai {KEY} {provider.base}/v1" in read(path), read(path)
        assert "llm.model: openai/gpt-5" in read(config(case, "config.yaml"))
        window.type("hello")
        window.keys("Enter")
        window.wait("Good day")
        assert provider.requests[-1]["headers"]["authorization"] == "Bearer " + KEY
        assert json.loads(json.dumps(provider.body(-1)))["model"] == "gpt-5"


def test_the_next_start_asks_nothing_and_the_cells_see_no_key(case):
    with Provider([{"text": "ok"}, {"calls": [{"language": "shell", "code": "env; cat /proc/$PPID/environ | tr '\\0' '\\n'"}]}, {"text": "All seen."}], models=MODELS,
                  keys=[KEY]) as provider:
        window = terminal(case, "--setup", OPENAI_BASE_URL=provider.base + "/v1")
        page = window.wait("Number.*:$")
        window.type(number_of(page, "A key of a vendor") + "\n")
        window.wait("Paste the key")
        window.type(KEY + "\n")
        window.wait("It has 3 models")
        window.wait("Number.*:$")
        window.type("4o\n")
        page = window.wait("gpt-4o[^\0]*gpt-4o")
        window.type("1\n")
        window.wait("EXIT=0")
        assert "llm.model: openai/gpt-4o" in read(config(case, "config.yaml"))
        again = terminal(case, "-y -v hello 2>trace", OPENAI_BASE_URL=provider.base + "/v1")
        page = again.wait("All seen")
        assert "HOME=" in page and KEY not in page and KEY[8:] not in page, page
        trace = read(os.path.join(case.folder.path, "trace"))
        assert "Bearer ***" in trace and KEY not in trace, trace
        bodies = json.dumps([request["body"] for request in provider.requests])
        assert KEY not in bodies, "the key is in no body"


def test_ctrl_c_anywhere_leaves_and_keeps_nothing(case):
    with Provider([{"fault": "hang"}], models=MODELS, keys=[KEY]) as provider:
        steps = ((b"1\n", b"stays hidden"), (KEY.encode() + b"\n", b"It has 3 models"), (b"\n", b"Trying openai/gpt-5"))
        for count in range(len(steps) + 1):
            for way in (b"\x03", b"\x04"):
                child = Pty([case.program], case.folder, OPENAI_BASE_URL=provider.base + "/v1", **NOBODY)
                child.wait(b"Number (Enter: first): ")
                for typed, seen in steps[:count]:
                    child.write(typed)
                    child.wait(seen)
                if count == 2:
                    child.wait(b"gpt-4o")
                if count == 3 and way == b"\x04":
                    way = b"\x03"  # nothing is asked meanwhile
                child.write(way)
                while child.read(5):
                    pass
                assert termios.tcgetattr(child.fd)[3] & termios.ECHO, ("the terminal shows again what is typed", count, way, child.bytes)
                assert child.finish() == 130, (count, way, child.bytes)
        assert not os.path.exists(config(case, "keys")) and not os.path.exists(config(case, "profiles")), os.listdir(case.folder.path)


def test_keys_of_the_environment_and_local_models_are_offered(case):
    with Provider([{"text": "ok"}], models=["llama3:8b"]) as local, Provider([{"text": "ok"}], models=["fine-model"], keys=["gsk_0123456789abcdef"]) as groq:
        window = terminal(case, "--setup", OLLAMA_HOST=local.base, GROQ_API_KEY="gsk_0123456789abcdef", GROQ_API_BASE=groq.base + "/v1")
        page = window.wait("Number.*:$")
        assert "Groq" in page and "key in GROQ_API_KEY" in page and "ollama/llama3:8b" in page, page
        window.type(number_of(page, "key in GROQ_API_KEY") + "\n")
        window.wait("It has 1 model")
        window.wait("Number.*:$")
        window.type("\n")
        window.wait("EXIT=0")
        assert "llm.model: groq/fine-model" in read(config(case, "config.yaml"))
        assert not os.path.exists(config(case, "keys")), "a key of the environment stays there"
        window.close()
        window = terminal(case, "--setup", OLLAMA_HOST=local.base)
        page = window.wait("Number.*:$")
        window.type(number_of(page, "ollama/llama3:8b") + "\n")
        window.wait("EXIT=0")
        assert "llm.model: ollama/llama3:8b" in read(config(case, "config.yaml"))


def test_a_server_of_ones_own_is_asked_for_its_models_and_gets_no_other_key(case):
    with Provider([{"text": "ok"}], models=["house-model"]) as provider:
        window = terminal(case, "--setup", OPENAI_API_KEY=KEY)
        page = window.wait("Number.*:$")
        window.type(number_of(page, "Another server") + "\n")
        window.wait("Its address")
        window.type(provider.base + "/v1\n")
        window.wait("It has 1 model")
        window.wait("Number.*:$")
        window.type("\n")
        window.wait("EXIT=0")
        text = read(config(case, "config.yaml"))
        assert "llm.model: openai/house-model" in text and provider.base + "/v1" in text, text
        assert KEY not in json.dumps(provider.entries)


def test_a_vendor_out_of_reach_is_one_line_and_the_question_stays(case):
    window = terminal(case, "", https_proxy="http://127.0.0.1:9")
    page = window.wait("Number.*:$")
    window.type(number_of(page, "A key of a vendor") + "\n")
    window.wait("Paste the key")
    window.type("gsk_0123456789abcdef\n")
    page = window.wait("the proxy http://127.0.0.1:9")
    window.type("\n")
    window.keys("C-c")
    window.wait("EXIT=130")


def test_a_config_folder_that_cannot_be_written_is_said_and_the_model_counts_all_the_same(case):
    with Provider([{"text": "ok"}, {"text": "Good day."}], models=MODELS, keys=[KEY]) as provider:
        case.folder.write("no-folder", "")
        window = terminal(case, "", OPENAI_BASE_URL=provider.base + "/v1", XDG_CONFIG_HOME=case.folder.path + "/no-folder")
        page = window.wait("Number.*:$")
        window.type(number_of(page, "A key of a vendor") + "\n")
        window.wait("Paste the key")
        window.type(KEY + "\n")
        window.wait("It has 3 models")
        window.wait("Number.*:$")
        window.type("\n")
        page = window.wait("^>$")
        assert "could not be stored" in page and "could not be kept" in page, page
        window.type("hello")
        window.keys("Enter")
        window.wait("Good day")
        assert provider.requests[-1]["headers"]["authorization"] == "Bearer " + KEY


def test_without_a_person_the_screen_of_ways_stays(case):
    done = subprocess.run([case.program, "hello"], cwd=case.folder.path, env=case.folder.environment(**NOBODY), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.startswith("There is no model to talk to yet."), done


def test_the_desktops_key_store_keeps_the_key_where_there_is_one(case):
    """A real session bus and a real GNOME Keyring, unlocked."""
    with Provider([{"text": "ok"}], models=MODELS, keys=[KEY]) as provider:
        script = f"""
        printf 'password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
        export OPENAI_BASE_URL={provider.base}/v1 DISPLAY=:none
        printf %s {KEY} | '{case.program}' --keys add openai || exit 3
        '{case.program}' --keys || exit 4
        '{case.program}' -m openai/gpt-5 hello </dev/null || exit 5
        '{case.program}' --keys remove openai || exit 6
        '{case.program}' --keys
        """
        environment = case.folder.environment(XDG_RUNTIME_DIR=case.folder.path, **NOBODY)
        done = subprocess.run(["dbus-run-session", "--", "sh", "-c", script], cwd=case.folder.path, env=environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False, timeout=60)
        assert done.returncode == 0 and "in the desktop's key store: 4 models" in done.stdout, done
        assert "sk-proj-...ghij" in done.stdout and "\nok\n" in done.stdout and "No key is stored" in done.stdout, done
        assert provider.requests[-1]["headers"]["authorization"] == "Bearer " + KEY
        assert KEY not in read(config(case, "keys"))


def test_keys_add_asks_whose_key_it_is_and_lines_pasted_behind_it_answer_nothing(case):
    key = "sk-0123456789abcdef0123456789abcdef"
    with Provider([], models=["deepseek-chat"], keys=[key]) as provider:
        window = terminal(case, "--keys add", DEEPSEEK_API_BASE=provider.base + "/v1")
        window.wait("Paste the key")
        window.type(key + "\n1\n")
        page = window.wait("Several vendors")
        page = window.wait("Number.*:$")
        assert page.index("OpenAI") < page.index("DeepSeek") < page.index("Anthropic"), page
        window.type("deepseek\n")
        window.wait("1  DeepSeek")
        window.type("\n")
        page = window.wait("EXIT=0")
        assert "Stored sk-...cdef for deepseek" in page and "1 model;" in page and key not in page, page
        assert f"deepseek {key} {provider.base}/v1" in read(config(case, "keys"))


def test_the_choice_goes_into_config_yaml_and_a_profile_that_goes_before_it_is_named(case):
    os.makedirs(config(case, "profiles"))
    case.folder.write(".config/open-interpreter/profiles/default.yaml", "llm.model: gpt-4o\n")
    case.folder.write(".config/open-interpreter/config.yaml", "# mine\nllm:\n  model: old/one  # the old one\nmax_output: 99\n")
    with Provider([{"text": "ok"}], models=["house-model"]) as provider:
        window = terminal(case, "--setup")
        page = window.wait("Number.*:$")
        window.type(number_of(page, "Another server") + "\n")
        window.wait("Its address")
        window.type(provider.base + "/v1\n")
        window.wait("It has 1 model")
        window.wait("Number.*:$")
        window.type("\n")
        page = window.wait("EXIT=0").replace("\n", "")
    assert "default.yaml:1:12: llm.model names another model, gpt-4o, and comes before it: remove it there" in page, page
    text = read(config(case, "config.yaml"))
    assert text.startswith("# mine\nllm:\n") and "  model: openai/house-model  # the old one\nmax_output: 99\n" in text, text
    assert read(config(case, "profiles/default.yaml")) == "llm.model: gpt-4o\n"
