#include "CLineEditor.h"

#include <editline/readline.h>
#include <stdlib.h>

char *line_editor_read(const char *prompt) { return readline(prompt); }

void line_editor_remember(const char *line) { add_history(line); }

void line_editor_free(char *line) { free(line); }
