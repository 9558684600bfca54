# A part of the Python driver, loaded on first use: what brings a missing module into this very interpreter, and %pip.
# `driver` is the namespace of python.py.
import os
import sys

stdlib = driver["stdlib"]
more = driver["more"]()

# Where a module comes from, if not from a distribution of its own name.
DISTRIBUTIONS = dict(
    attr="attrs", bs4="beautifulsoup4", Bio="biopython", cairo="pycairo", Crypto="pycryptodome", cv2="opencv-python", dateutil="python-dateutil",
    decouple="python-decouple", discord="discord.py", docx="python-docx", dotenv="python-dotenv", faiss="faiss-cpu", ffmpeg="ffmpeg-python",
    fitz="PyMuPDF", git="GitPython", github="PyGithub", gi="PyGObject", google="google-api-python-client", graphviz="graphviz", igraph="python-igraph",
    jose="python-jose", jwt="PyJWT", kafka="kafka-python", ldap="python-ldap", Levenshtein="python-Levenshtein", magic="python-magic",
    markdown="Markdown", mpl_toolkits="matplotlib", msgpack="msgpack", multipart="python-multipart", MySQLdb="mysqlclient", nacl="PyNaCl",
    OpenSSL="pyOpenSSL", PIL="Pillow", pkg_resources="setuptools", playhouse="peewee", pptx="python-pptx", psycopg2="psycopg2-binary",
    pylab="matplotlib", pywt="PyWavelets", rest_framework="djangorestframework", serial="pyserial", shapefile="pyshp", skimage="scikit-image",
    sklearn="scikit-learn", slugify="python-slugify", socks="PySocks", telegram="python-telegram-bot", tlz="toolz", umap="umap-learn",
    usb="pyusb", vlc="python-vlc", websocket="websocket-client", wx="wxPython", xlsxwriter="XlsxWriter", yaml="PyYAML", zmq="pyzmq")
DEBIAN = dict(cv2="python3-opencv", Crypto="python3-pycryptodome", docx="python3-docx", fitz="python3-fitz", tkinter="python3-tk",
              dateutil="python3-dateutil", git="python3-git", pylab="python3-matplotlib", mpl_toolkits="python3-matplotlib",
              distutils="python3-distutils", venv="python3-venv", pip="python3-pip", ensurepip="python3-venv")


def distribution(module):
    return DISTRIBUTIONS.get(module, module.replace("_", "-"))


def is_virtual():
    return sys.prefix != sys.base_prefix


def is_conda():
    return os.path.isdir(os.path.join(sys.prefix, "conda-meta"))


def is_managed():
    """Whether the system forbids pip to change this Python (PEP 668)."""
    return not is_virtual() and os.path.exists(os.path.join(stdlib("sysconfig").get_path("stdlib"), "EXTERNALLY-MANAGED"))


def has_module(name):
    try:
        return stdlib("importlib.util") and sys.modules["importlib.util"].find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def which(name):
    return stdlib("shutil").which(name)


def debian_package(module):
    """The package of this system that brings the module, if there is one for certain."""
    if not which("apt-cache") or not sys.executable.startswith("/usr/bin/"):
        return None
    wanted = [DEBIAN.get(module), "python3-" + module.lower().replace("_", "-"), "python3-" + distribution(module).lower()]
    for name in [name for name in wanted if name]:
        try:
            told = stdlib("subprocess").run(["apt-cache", "pkgnames", name], stdout=-1, stderr=-3, stdin=-3, timeout=3,
                                            universal_newlines=True).stdout
        except Exception:
            return None
        if name in told.split():
            return name
    return None


def quote(text):
    return stdlib("shlex").quote(text)


def remedy(module):
    """One line: the command that brings the module into this very interpreter."""
    name = distribution(module)
    if is_virtual():
        first = "" if has_module("pip") or which("uv") else "`!%s -m ensurepip`, then " % quote(sys.executable)
        return "%s`%%pip install %s` installs it into this session's environment, %s" % (first, name, sys.prefix)
    if is_conda():
        tool = next((tool for tool in ("conda", "mamba", "micromamba") if which(tool)), None)
        if tool:
            return "`!%s install -y -p %s %s` installs it into this session's environment" % (tool, quote(sys.prefix), name.lower())
    elif is_managed():
        package = debian_package(module)
        own = ("%s a virtual environment, which the next session takes: "
               "`python3 -m venv .venv && .venv/bin/pip install %s`" % ("or make" if package else "make", name))
        return "`apt install %s` installs it for this Python; %s" % (package, own) if package else own
    return "`%%pip install %s` installs it into this Python, %s" % (name, sys.executable)


def missing_module(error):
    """The line that follows a ModuleNotFoundError; None: nothing can be said."""
    module = (error.name or "").partition(".")[0]
    if not module or module in sys.modules or has_module(module):
        return None  # a part of something that is there
    if module in getattr(sys, "stdlib_module_names", ()) and not is_managed():
        return None
    return "(To have %s: %s.)" % (module, remedy(module))


def pip(argument):
    words = stdlib("shlex").split(argument)
    changes = bool(words) and words[0] in ("install", "uninstall")
    if changes and is_managed() and not {"--break-system-packages", "--target", "-t", "--dry-run", "--root", "--prefix"} & set(words):
        names = [word for word in words[1:] if not word.startswith("-")]
        raise more["UsageError"](
            "this Python (%s) belongs to the system, which forbids pip to change it: use `apt install python3-...`, or make a virtual "
            "environment, which the next session takes: `python3 -m venv .venv && .venv/bin/pip install %s`"
            % (sys.executable, " ".join(map(quote, names)) or "NAME"))
    if has_module("pip"):
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check"] + words
    elif which("uv"):
        command = ["uv", "pip", words[0] if words else "list", "--python", sys.executable] + words[1:]
    else:
        how = "`apt install python3-pip`" if is_managed() or not is_virtual() else "`!%s -m ensurepip`" % quote(sys.executable)
        raise more["UsageError"]("this Python (%s) has no pip: %s brings it" % (sys.executable, how))
    code = more["run_program"](command)
    if changes and code == 0:
        refresh()


def refresh():
    """What has just been installed can be imported, files that extend the path included."""
    stdlib("importlib").invalidate_caches()
    site = stdlib("site")
    for folder in {stdlib("sysconfig").get_path("purelib"), stdlib("sysconfig").get_path("platlib")}:
        site.addsitedir(folder)
    if site.ENABLE_USER_SITE and os.path.isdir(site.getusersitepackages()):
        site.addsitedir(site.getusersitepackages())
