import CPython
import HeapAnalysis
import MemoryImage
import NativeProcess
import Presentation
import SnapshotFormats

extension Session {
  /// What is at an address that is no object's: `it lies 24 bytes inside <list len=3>@ADDRESS, in START-END rw-`.
  func place(of address: Address) throws -> String {
    guard let region = snapshot.memory.region(containing: address) else { return "it is not mapped in this dump" }
    let file = region.file ?? snapshot.mappedFiles.first { $0.range.contains(address) }?.path
    let words = ["\(region.range)", region.permissions?.description, file.map { PythonText.clipped(PythonText.escaped($0)) }]
    let place = words.compactMap { $0 }.joined(separator: " ")
    let inferior = try inferior()
    guard let (header, offset) = try index().object(around: address, in: inferior) else {
      return "it lies in no object, in \(place)"
    }
    let text = ObjectPrinter.mention(of: header.address, in: inferior)
    return "it lies \(offset) bytes inside \(text), in \(place)"
  }

  /// The live object that begins at `address`.
  ///
  /// - Throws: `Failure.problem` that says what is there if none does.
  func liveObject(at address: Address) throws -> ObjectHeader {
    guard try index().contains(address), let header = try inferior().object(at: address) else {
      throw Failure.problem("no object begins at \(address): " + (try place(of: address)))
    }
    return header
  }
}
