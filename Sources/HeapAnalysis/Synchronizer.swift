import CPython
import MemoryImage

/// The locks, queues and the like of asyncio that tasks wait for.
enum Synchronizer {
  /// The files whose methods wait for their own object.
  private static let files = ["asyncio/locks.py", "asyncio/queues.py", "asyncio/streams.py"]

  /// The object that a chain waits for: that of the outermost of the methods of these files at its end, such as the
  /// `Queue` whose `join` waits for an `Event`.
  static func awaited(by chain: AwaitChain, in inferior: Inferior) -> Address? {
    var found: Address?
    for link in chain.links.reversed() {
      guard let frame = link.frame, isMethod(frame, in: inferior), let object = frame.local("self", in: inferior) else {
        break
      }
      found = object
    }
    return found
  }

  private static func isMethod(_ frame: Frame, in inferior: Inferior) -> Bool {
    guard let code = try? PyCodeObject(at: frame.code, in: inferior), let file = code.filename(in: inferior) else {
      return false
    }
    return files.contains { file.hasSuffix($0) }
  }
}
