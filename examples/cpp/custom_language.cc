// custom_language: a language of this program's own, and a function that Python cells of the model can call.
//
//     custom_language MODEL WORDS
#include <interpreter/interpreter.h>

#include <iostream>
#include <map>
#include <sstream>

namespace {

// "set NAME VALUE" and "get NAME", a line each: what one cell sets, the next one can get.
class Notes : public interpreter::Kernel {
public:
    void run(const std::string& code, const std::function<void(const interpreter::Chunk&)>& output, std::stop_token stop) override
    {
        std::istringstream lines{code};
        for (std::string line; std::getline(lines, line) && !stop.stop_requested();) {
            std::istringstream words{line};
            std::string verb, name, value;
            words >> verb >> name;
            std::getline(words >> std::ws, value);
            if (verb == "set") notes_[name] = value;
            else if (verb == "get") output({.content = name + ": " + notes_[name] + "\n"});
            else output({.content = "error: there is no " + verb + "\n"});  // for the model to mend
        }
    }

private:
    std::map<std::string, std::string> notes_;
};

interpreter::Options options(const char* model)
{
    interpreter::Options made;
    made.settings = {{"model", model}, {"auto_run", "true"}};
    made.languages = {{.name = "notes",
                       .display_name = "Notes",
                       .system_message = "notes is a language of lines: `set NAME VALUE` and `get NAME`.",
                       .start = [] { return std::make_unique<Notes>(); }}};
    made.functions = {{.name = "room_temperature",
                       .description = "Degrees Celsius in a room of this house.",
                       .parameters = R"({"type": "object", "properties": {"room": {"type": "string"}}, "required": ["room"]})",
                       .call = [](const std::string& arguments, std::stop_token) -> std::string {
                           return arguments.find("kitchen") != std::string::npos ? "21.5" : "null";
                       }}};
    return made;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::cerr << "usage: custom_language MODEL WORDS\n";
        return 2;
    }
    try {
        interpreter::Session session{options(argv[1])};
        for (const auto& message : session.chat(argv[2])) std::cout << message.role << ": " << message.content << '\n';
    } catch (const interpreter::Error& error) {
        std::cerr << "custom_language: " << error.what() << '\n';
        return 1;
    }
}
