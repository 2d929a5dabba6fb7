import CPython
import NativeProcess
import SnapshotFormats

extension Snapshot {
  /// The version in the names of the mapped files, `libpython3.10.so.1.0` before `python3.10`; nil if they name none, or several.
  var namedVersion: PythonVersion? {
    for prefix in ["libpython", "python"] {
      let versions = Set(mappedFiles.compactMap { Self.version(inNameOf: $0.path, behind: prefix) })
      if !versions.isEmpty { return versions.count == 1 ? versions.first : nil }
    }
    return nil
  }

  private static func version(inNameOf path: String, behind prefix: String) -> PythonVersion? {
    guard let name = path.split(separator: "/").last, name.hasPrefix("\(prefix)3.") else { return nil }
    let minor = name.dropFirst(prefix.count + 2).prefix { $0.isASCII && $0.isNumber }
    return Int(minor).map { PythonVersion(3, $0) }
  }
}
