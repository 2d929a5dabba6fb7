// Generated from CPython 3.13.0 and 3.14.8 and 3.15.2 by `tests/layouts/generate.py`. Do not edit.

extension DebugOffsets {
  /// A number in `_Py_DebugOffsets` (Include/internal/pycore_debug_offsets.h), named as there.
  package enum Field: String, Sendable, CaseIterable {
    case runtime_state_size = "runtime_state.size"
    case runtime_state_finalizing = "runtime_state.finalizing"
    case runtime_state_interpreters_head = "runtime_state.interpreters_head"
    case interpreter_state_size = "interpreter_state.size"
    case interpreter_state_id = "interpreter_state.id"
    case interpreter_state_next = "interpreter_state.next"
    case interpreter_state_threads_head = "interpreter_state.threads_head"
    case interpreter_state_threads_main = "interpreter_state.threads_main"
    case interpreter_state_gc = "interpreter_state.gc"
    case interpreter_state_imports_modules = "interpreter_state.imports_modules"
    case interpreter_state_sysdict = "interpreter_state.sysdict"
    case interpreter_state_builtins = "interpreter_state.builtins"
    case interpreter_state_ceval_gil = "interpreter_state.ceval_gil"
    case interpreter_state_gil_runtime_state = "interpreter_state.gil_runtime_state"
    case interpreter_state_gil_runtime_state_enabled = "interpreter_state.gil_runtime_state_enabled"
    case interpreter_state_gil_runtime_state_locked = "interpreter_state.gil_runtime_state_locked"
    case interpreter_state_gil_runtime_state_holder = "interpreter_state.gil_runtime_state_holder"
    case interpreter_state_code_object_generation = "interpreter_state.code_object_generation"
    case interpreter_state_tlbc_generation = "interpreter_state.tlbc_generation"
    case thread_state_size = "thread_state.size"
    case thread_state_prev = "thread_state.prev"
    case thread_state_next = "thread_state.next"
    case thread_state_interp = "thread_state.interp"
    case thread_state_current_frame = "thread_state.current_frame"
    case thread_state_base_frame = "thread_state.base_frame"
    case thread_state_last_profiled_frame = "thread_state.last_profiled_frame"
    case thread_state_last_profiled_frame_seq = "thread_state.last_profiled_frame_seq"
    case thread_state_thread_id = "thread_state.thread_id"
    case thread_state_native_thread_id = "thread_state.native_thread_id"
    case thread_state_datastack_chunk = "thread_state.datastack_chunk"
    case thread_state_status = "thread_state.status"
    case thread_state_holds_gil = "thread_state.holds_gil"
    case thread_state_gil_requested = "thread_state.gil_requested"
    case thread_state_current_exception = "thread_state.current_exception"
    case thread_state_exc_state = "thread_state.exc_state"
    case err_stackitem_exc_value = "err_stackitem.exc_value"
    case interpreter_frame_size = "interpreter_frame.size"
    case interpreter_frame_previous = "interpreter_frame.previous"
    case interpreter_frame_executable = "interpreter_frame.executable"
    case interpreter_frame_instr_ptr = "interpreter_frame.instr_ptr"
    case interpreter_frame_localsplus = "interpreter_frame.localsplus"
    case interpreter_frame_owner = "interpreter_frame.owner"
    case interpreter_frame_stackpointer = "interpreter_frame.stackpointer"
    case interpreter_frame_tlbc_index = "interpreter_frame.tlbc_index"
    case code_object_size = "code_object.size"
    case code_object_filename = "code_object.filename"
    case code_object_name = "code_object.name"
    case code_object_qualname = "code_object.qualname"
    case code_object_linetable = "code_object.linetable"
    case code_object_firstlineno = "code_object.firstlineno"
    case code_object_argcount = "code_object.argcount"
    case code_object_localsplusnames = "code_object.localsplusnames"
    case code_object_localspluskinds = "code_object.localspluskinds"
    case code_object_co_code_adaptive = "code_object.co_code_adaptive"
    case code_object_co_tlbc = "code_object.co_tlbc"
    case pyobject_size = "pyobject.size"
    case pyobject_ob_type = "pyobject.ob_type"
    case type_object_size = "type_object.size"
    case type_object_tp_name = "type_object.tp_name"
    case type_object_tp_repr = "type_object.tp_repr"
    case type_object_tp_flags = "type_object.tp_flags"
    case type_object_tp_basicsize = "type_object.tp_basicsize"
    case type_object_tp_dictoffset = "type_object.tp_dictoffset"
    case heap_type_object_size = "heap_type_object.size"
    case heap_type_object_ht_cached_keys = "heap_type_object.ht_cached_keys"
    case tuple_object_size = "tuple_object.size"
    case tuple_object_ob_item = "tuple_object.ob_item"
    case tuple_object_ob_size = "tuple_object.ob_size"
    case list_object_size = "list_object.size"
    case list_object_ob_item = "list_object.ob_item"
    case list_object_ob_size = "list_object.ob_size"
    case set_object_size = "set_object.size"
    case set_object_used = "set_object.used"
    case set_object_table = "set_object.table"
    case set_object_mask = "set_object.mask"
    case dict_object_size = "dict_object.size"
    case dict_object_ma_keys = "dict_object.ma_keys"
    case dict_object_ma_values = "dict_object.ma_values"
    case float_object_size = "float_object.size"
    case float_object_ob_fval = "float_object.ob_fval"
    case long_object_size = "long_object.size"
    case long_object_lv_tag = "long_object.lv_tag"
    case long_object_ob_digit = "long_object.ob_digit"
    case bytes_object_size = "bytes_object.size"
    case bytes_object_ob_size = "bytes_object.ob_size"
    case bytes_object_ob_sval = "bytes_object.ob_sval"
    case unicode_object_size = "unicode_object.size"
    case unicode_object_state = "unicode_object.state"
    case unicode_object_length = "unicode_object.length"
    case unicode_object_asciiobject_size = "unicode_object.asciiobject_size"
    case unicode_object_compactunicodeobject_size = "unicode_object.compactunicodeobject_size"
    case gc_size = "gc.size"
    case gc_collecting = "gc.collecting"
    case gc_frame = "gc.frame"
    case gc_generation_stats_size = "gc.generation_stats_size"
    case gc_generation_stats = "gc.generation_stats"
    case gen_object_size = "gen_object.size"
    case gen_object_gi_name = "gen_object.gi_name"
    case gen_object_gi_iframe = "gen_object.gi_iframe"
    case gen_object_gi_frame_state = "gen_object.gi_frame_state"
    case llist_node_next = "llist_node.next"
    case llist_node_prev = "llist_node.prev"
    case debugger_support_eval_breaker = "debugger_support.eval_breaker"
    case debugger_support_remote_debugger_support = "debugger_support.remote_debugger_support"
    case debugger_support_remote_debugging_enabled = "debugger_support.remote_debugging_enabled"
    case debugger_support_debugger_pending_call = "debugger_support.debugger_pending_call"
    case debugger_support_debugger_script_path = "debugger_support.debugger_script_path"
    case debugger_support_debugger_script_path_size = "debugger_support.debugger_script_path_size"
  }

  /// The fields in the order of memory, behind the three words of the head.
  static func fields(of version: PythonVersion) -> [Field]? {
    switch (version.major, version.minor) {
    case (3, 13): fields3_13
    case (3, 14): fields3_14
    case (3, 15): fields3_15
    default: nil
    }
  }

  private static let fields3_13: [Field] = [
    .runtime_state_size,
    .runtime_state_finalizing,
    .runtime_state_interpreters_head,
    .interpreter_state_size,
    .interpreter_state_id,
    .interpreter_state_next,
    .interpreter_state_threads_head,
    .interpreter_state_gc,
    .interpreter_state_imports_modules,
    .interpreter_state_sysdict,
    .interpreter_state_builtins,
    .interpreter_state_ceval_gil,
    .interpreter_state_gil_runtime_state,
    .interpreter_state_gil_runtime_state_enabled,
    .interpreter_state_gil_runtime_state_locked,
    .interpreter_state_gil_runtime_state_holder,
    .thread_state_size,
    .thread_state_prev,
    .thread_state_next,
    .thread_state_interp,
    .thread_state_current_frame,
    .thread_state_thread_id,
    .thread_state_native_thread_id,
    .thread_state_datastack_chunk,
    .thread_state_status,
    .interpreter_frame_size,
    .interpreter_frame_previous,
    .interpreter_frame_executable,
    .interpreter_frame_instr_ptr,
    .interpreter_frame_localsplus,
    .interpreter_frame_owner,
    .code_object_size,
    .code_object_filename,
    .code_object_name,
    .code_object_qualname,
    .code_object_linetable,
    .code_object_firstlineno,
    .code_object_argcount,
    .code_object_localsplusnames,
    .code_object_localspluskinds,
    .code_object_co_code_adaptive,
    .pyobject_size,
    .pyobject_ob_type,
    .type_object_size,
    .type_object_tp_name,
    .type_object_tp_repr,
    .type_object_tp_flags,
    .tuple_object_size,
    .tuple_object_ob_item,
    .tuple_object_ob_size,
    .list_object_size,
    .list_object_ob_item,
    .list_object_ob_size,
    .dict_object_size,
    .dict_object_ma_keys,
    .dict_object_ma_values,
    .float_object_size,
    .float_object_ob_fval,
    .long_object_size,
    .long_object_lv_tag,
    .long_object_ob_digit,
    .bytes_object_size,
    .bytes_object_ob_size,
    .bytes_object_ob_sval,
    .unicode_object_size,
    .unicode_object_state,
    .unicode_object_length,
    .unicode_object_asciiobject_size,
    .gc_size,
    .gc_collecting,
  ]

  private static let fields3_14: [Field] = [
    .runtime_state_size,
    .runtime_state_finalizing,
    .runtime_state_interpreters_head,
    .interpreter_state_size,
    .interpreter_state_id,
    .interpreter_state_next,
    .interpreter_state_threads_head,
    .interpreter_state_threads_main,
    .interpreter_state_gc,
    .interpreter_state_imports_modules,
    .interpreter_state_sysdict,
    .interpreter_state_builtins,
    .interpreter_state_ceval_gil,
    .interpreter_state_gil_runtime_state,
    .interpreter_state_gil_runtime_state_enabled,
    .interpreter_state_gil_runtime_state_locked,
    .interpreter_state_gil_runtime_state_holder,
    .interpreter_state_code_object_generation,
    .interpreter_state_tlbc_generation,
    .thread_state_size,
    .thread_state_prev,
    .thread_state_next,
    .thread_state_interp,
    .thread_state_current_frame,
    .thread_state_thread_id,
    .thread_state_native_thread_id,
    .thread_state_datastack_chunk,
    .thread_state_status,
    .interpreter_frame_size,
    .interpreter_frame_previous,
    .interpreter_frame_executable,
    .interpreter_frame_instr_ptr,
    .interpreter_frame_localsplus,
    .interpreter_frame_owner,
    .interpreter_frame_stackpointer,
    .interpreter_frame_tlbc_index,
    .code_object_size,
    .code_object_filename,
    .code_object_name,
    .code_object_qualname,
    .code_object_linetable,
    .code_object_firstlineno,
    .code_object_argcount,
    .code_object_localsplusnames,
    .code_object_localspluskinds,
    .code_object_co_code_adaptive,
    .code_object_co_tlbc,
    .pyobject_size,
    .pyobject_ob_type,
    .type_object_size,
    .type_object_tp_name,
    .type_object_tp_repr,
    .type_object_tp_flags,
    .tuple_object_size,
    .tuple_object_ob_item,
    .tuple_object_ob_size,
    .list_object_size,
    .list_object_ob_item,
    .list_object_ob_size,
    .set_object_size,
    .set_object_used,
    .set_object_table,
    .set_object_mask,
    .dict_object_size,
    .dict_object_ma_keys,
    .dict_object_ma_values,
    .float_object_size,
    .float_object_ob_fval,
    .long_object_size,
    .long_object_lv_tag,
    .long_object_ob_digit,
    .bytes_object_size,
    .bytes_object_ob_size,
    .bytes_object_ob_sval,
    .unicode_object_size,
    .unicode_object_state,
    .unicode_object_length,
    .unicode_object_asciiobject_size,
    .gc_size,
    .gc_collecting,
    .gen_object_size,
    .gen_object_gi_name,
    .gen_object_gi_iframe,
    .gen_object_gi_frame_state,
    .llist_node_next,
    .llist_node_prev,
    .debugger_support_eval_breaker,
    .debugger_support_remote_debugger_support,
    .debugger_support_remote_debugging_enabled,
    .debugger_support_debugger_pending_call,
    .debugger_support_debugger_script_path,
    .debugger_support_debugger_script_path_size,
  ]

  private static let fields3_15: [Field] = [
    .runtime_state_size,
    .runtime_state_finalizing,
    .runtime_state_interpreters_head,
    .interpreter_state_size,
    .interpreter_state_id,
    .interpreter_state_next,
    .interpreter_state_threads_head,
    .interpreter_state_threads_main,
    .interpreter_state_gc,
    .interpreter_state_imports_modules,
    .interpreter_state_sysdict,
    .interpreter_state_builtins,
    .interpreter_state_ceval_gil,
    .interpreter_state_gil_runtime_state,
    .interpreter_state_gil_runtime_state_enabled,
    .interpreter_state_gil_runtime_state_locked,
    .interpreter_state_gil_runtime_state_holder,
    .interpreter_state_code_object_generation,
    .interpreter_state_tlbc_generation,
    .thread_state_size,
    .thread_state_prev,
    .thread_state_next,
    .thread_state_interp,
    .thread_state_current_frame,
    .thread_state_base_frame,
    .thread_state_last_profiled_frame,
    .thread_state_last_profiled_frame_seq,
    .thread_state_thread_id,
    .thread_state_native_thread_id,
    .thread_state_datastack_chunk,
    .thread_state_status,
    .thread_state_holds_gil,
    .thread_state_gil_requested,
    .thread_state_current_exception,
    .thread_state_exc_state,
    .err_stackitem_exc_value,
    .interpreter_frame_size,
    .interpreter_frame_previous,
    .interpreter_frame_executable,
    .interpreter_frame_instr_ptr,
    .interpreter_frame_localsplus,
    .interpreter_frame_owner,
    .interpreter_frame_stackpointer,
    .interpreter_frame_tlbc_index,
    .code_object_size,
    .code_object_filename,
    .code_object_name,
    .code_object_qualname,
    .code_object_linetable,
    .code_object_firstlineno,
    .code_object_argcount,
    .code_object_localsplusnames,
    .code_object_localspluskinds,
    .code_object_co_code_adaptive,
    .code_object_co_tlbc,
    .pyobject_size,
    .pyobject_ob_type,
    .type_object_size,
    .type_object_tp_name,
    .type_object_tp_repr,
    .type_object_tp_flags,
    .type_object_tp_basicsize,
    .type_object_tp_dictoffset,
    .heap_type_object_size,
    .heap_type_object_ht_cached_keys,
    .tuple_object_size,
    .tuple_object_ob_item,
    .tuple_object_ob_size,
    .list_object_size,
    .list_object_ob_item,
    .list_object_ob_size,
    .set_object_size,
    .set_object_used,
    .set_object_table,
    .set_object_mask,
    .dict_object_size,
    .dict_object_ma_keys,
    .dict_object_ma_values,
    .float_object_size,
    .float_object_ob_fval,
    .long_object_size,
    .long_object_lv_tag,
    .long_object_ob_digit,
    .bytes_object_size,
    .bytes_object_ob_size,
    .bytes_object_ob_sval,
    .unicode_object_size,
    .unicode_object_state,
    .unicode_object_length,
    .unicode_object_asciiobject_size,
    .unicode_object_compactunicodeobject_size,
    .gc_size,
    .gc_collecting,
    .gc_frame,
    .gc_generation_stats_size,
    .gc_generation_stats,
    .gen_object_size,
    .gen_object_gi_name,
    .gen_object_gi_iframe,
    .gen_object_gi_frame_state,
    .llist_node_next,
    .llist_node_prev,
    .debugger_support_eval_breaker,
    .debugger_support_remote_debugger_support,
    .debugger_support_remote_debugging_enabled,
    .debugger_support_debugger_pending_call,
    .debugger_support_debugger_script_path,
    .debugger_support_debugger_script_path_size,
  ]
}
