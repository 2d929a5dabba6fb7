#ifndef C_LINE_EDITOR_H
#define C_LINE_EDITOR_H

/// Shows `prompt` on the terminal and reads a line. The user can edit it, and recall earlier lines with the arrow keys.
///
/// Returns the line without its end, to be passed to `line_editor_free`, or a null pointer at the end of the input.
char *_Nullable line_editor_read(const char *_Nonnull prompt);

/// Stores a line for the arrow keys.
void line_editor_remember(const char *_Nonnull line);

/// Frees a line that `line_editor_read` returned.
void line_editor_free(char *_Nonnull line);

#endif
