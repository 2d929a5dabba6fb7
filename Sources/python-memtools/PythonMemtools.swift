import AnalysisShell

/// The program. All it does is in the shell.
@main
struct PythonMemtools {
  static func main() {
    Shell.main()
  }
}
