# model: [{"text": "Resized."}, {"text": "Done."}]
# prints: Resized.
# prints: Done.
from interpreter import interpreter

interpreter.chat("Add subtitles to all videos in /videos.")

# ... Streams output to your terminal, completes task ...

interpreter.chat("These look great but can you make the subtitles bigger?")
