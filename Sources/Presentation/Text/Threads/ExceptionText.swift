package import CPython
import HeapAnalysis
package import MemoryImage

/// Formats exceptions on one line.
package struct ExceptionText {
  private let inferior: Inferior
  private let printer: ObjectPrinter

  package init(_ inferior: Inferior) {
    self.inferior = inferior
    var options = PrintingOptions()
    options.short = true
    options.maxStringLength = 200
    printer = ObjectPrinter(inferior, options: options)
  }

  /// The exception as `repr` has it, with its address: `ValueError('text')@ADDRESS`.
  package func text(of address: Address) -> String {
    guard let exception = PyBaseExceptionObject(at: address, in: inferior) else { return printer.text(of: address) }
    return "\(call(exception))@\(address)"
  }

  /// The exception as `repr` has it.
  package func call(_ exception: PyBaseExceptionObject) -> String {
    let arguments = inferior.items(of: exception.arguments, limit: 16).map { text(ofArgument: $0) }
    let name = PythonText.escaped(inferior.typeName(of: exception.address) ?? "?")
    return "\(name)(\(arguments.joined(separator: ", ")))"
  }

  /// A short value as Python writes it, anything else as its type and address.
  private func text(ofArgument argument: Address) -> String {
    if inferior.isObject(argument, ofKind: .str), let text = inferior.string(at: argument, limit: 200) {
      return PythonText.quoted(text)
    }
    return inferior.briefText(of: argument).map { PythonText.escaped($0) } ?? printer.text(of: argument)
  }
}
