import Glibc

/// The user and group that own a file.
package struct FileOwner: Equatable, Sendable {
  /// The user's id.
  package let user: UInt32
  /// The group's id.
  package let group: UInt32

  package init(user: UInt32, group: UInt32) {
    self.user = user
    self.group = group
  }

  /// Returns the user who called us through `sudo`, or nil if nobody did, according to `$SUDO_UID` and `$SUDO_GID`, or to
  /// `$SUDO_USER`.
  ///
  /// - Parameter variable: returns the value of an environment variable.
  package static func invoker(environment variable: (String) -> String?) -> FileOwner? {
    if let user = variable("SUDO_UID").flatMap({ UInt32($0) }),
      let group = variable("SUDO_GID").flatMap({ UInt32($0) })
    {
      return FileOwner(user: user, group: group)
    }
    guard let name = variable("SUDO_USER") else { return nil }
    // SAFETY: the C library owns the entry, which is copied before another can be requested.
    guard let entry = unsafe getpwnam(name) else { return nil }
    return unsafe FileOwner(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
  }

  /// Returns the same according to the environment of this process.
  package static func invoker() -> FileOwner? {
    invoker { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
  }
}
