// Model files: GGUF files that are named by a path, or lie in the models folder.
#pragma once

#include "llm/open_model.h"

#include <optional>
#include <string>
#include <vector>

namespace oi::llm {

// $INTERPRETER_MODELS, else models in the program's data folder.
std::string models_folder();

// The path of the file that --model means: any name that ends in .gguf, as a path or in the models folder, and the name of
// a file there without its ending. nullopt: a name of something else. With an address, or after the prefix of a vendor,
// names are that server's. The file need not exist if the name ends in .gguf.
std::optional<std::string> model_file(const ModelOptions& options);

struct ModelFile {
    std::string path;
    std::string name;        // without folder and ending: --model takes it
    std::int64_t bytes = 0;  // of all parts
};

// What lies in the models folder and the folders below it, by name; of a model in parts the first one.
std::vector<ModelFile> list_model_files();

}  // namespace oi::llm
