import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// Tells of exceptions on one line.
struct ExceptionText {
  private let inferior: Inferior
  private let printer: ObjectPrinter

  init(_ inferior: Inferior) {
    self.inferior = inferior
    var options = PrintingOptions()
    options.short = true
    options.maxStringLength = 200
    printer = ObjectPrinter(inferior, options: options)
  }

  /// The exception as `repr` has it, with its address: `ValueError('text')@ADDRESS`.
  func text(of address: Address) -> String {
    guard let exception = PyBaseExceptionObject(at: address, in: inferior) else { return printer.text(of: address) }
    return "\(call(exception))@\(address)"
  }

  /// The exception as `repr` has it.
  func call(_ exception: PyBaseExceptionObject) -> String {
    let arguments = inferior.items(of: exception.arguments, limit: 16).map { argument in
      inferior.briefText(of: argument).map { PythonText.escaped($0) } ?? printer.text(of: argument)
    }
    let name = PythonText.escaped(inferior.typeName(of: exception.address) ?? "?")
    return "\(name)(\(arguments.joined(separator: ", ")))"
  }
}
