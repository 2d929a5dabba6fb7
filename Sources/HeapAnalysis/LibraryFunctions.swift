import CPython
import MemoryImage

/// What functions are, and above all those of asyncio that say what a coroutine waits for: read once for each code object,
/// of which there are few, and asked for each frame, of which there are many.
struct LibraryFunctions {
  /// What a function does.
  enum Role: Sendable {
    /// It is a method that waits for its own object: a lock, a queue, a stream.
    case synchronizer
    /// It is `Future.__await__` of Python code, which hands its own object out.
    case future
    /// It is `asyncio.wait`'s, and its variable `return_when` says for how many of its futures it waits.
    case wait
    /// It is `asyncio.as_completed`'s, which waits for the next of some futures.
    case next
    case other
  }

  private var roles: [Address: Role] = [:]
  private var receivers: [Address: [Int]] = [:]

  /// What the function does that runs in a code object.
  mutating func role(of code: Address, in inferior: Inferior) -> Role {
    if let role = roles[code] { return role }
    let object = try? PyCodeObject(at: code, in: inferior)
    let role = Self.role(
      file: object?.filename(in: inferior) ?? "", name: object?.name(in: inferior)?.split(separator: ".").last ?? "")
    roles[code] = role
    return role
  }

  /// The variables that hold the object whose method a frame runs (`self`), by their numbers.
  mutating func receiverVariables(of frame: Frame, in inferior: Inferior) -> [Int] {
    if let variables = receivers[frame.code] { return variables }
    let variables = frame.variables(named: "self", in: inferior)
    receivers[frame.code] = variables
    return variables
  }

  private static func role(file: String, name: Substring) -> Role {
    let words = file.split(separator: "/").suffix(2)
    guard words.first == "asyncio", words.count == 2, let module = words.last else { return .other }
    switch module {
    case "locks.py", "queues.py", "streams.py": return .synchronizer
    case "futures.py" where name == "__await__": return .future
    case "tasks.py" where name == "_wait": return .wait
    case "tasks.py" where name == "_wait_for_one": return .next
    default: return .other
    }
  }
}
