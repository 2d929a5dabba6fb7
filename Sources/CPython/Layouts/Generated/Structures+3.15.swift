// Generated from CPython 3.15.2 by `tests/layouts/generate.py --version 3.15`. Do not edit.

extension StructureLayout {
  /// The structures of the C types of CPython 3.15, as `init(_:)` reads them.
  static let cpython3_15 = """
    AttributeError PyAttributeErrorObject 88 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 obj:72 name:80
    BaseException PyBaseExceptionObject 72 dict:16 args:24 notes:32 traceback:40 context:48 cause:56
    BaseExceptionGroup PyBaseExceptionGroupObject 96 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 msg:72 excs:80 excs_str:88
    EncodingMap encoding_map 64
    FrameLocalsProxy PyFrameLocalsProxyObject 24 frame:16
    ImportError PyImportErrorObject 104 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 msg:72 name:80 path:88 name_from:96
    InstructionSequence _PyInstructionSequence 72 s_nested:56 s_annotations_code:64
    NameError PyNameErrorObject 80 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 name:72
    OSError PyOSErrorObject 112 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 myerrno:72 strerror:80 filename:88 filename2:96
    StopIteration PyStopIterationObject 80 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 value:72
    SyntaxError PySyntaxErrorObject 144 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 msg:72 filename:80 lineno:88 offset:96 end_lineno:104 end_offset:112 text:120 print_file_and_line:128 metadata:136
    SystemExit PySystemExitObject 80 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 code:72
    UnicodeDecodeError PyUnicodeErrorObject 112 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 encoding:72 object:80 reason:104
    UnicodeEncodeError PyUnicodeErrorObject 112 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 encoding:72 object:80 reason:104
    UnicodeTranslateError PyUnicodeErrorObject 112 dict:16 args:24 notes:32 traceback:40 context:48 cause:56 encoding:72 object:80 reason:104
    _abc._abc_data _abc_data 48 ob_type:8 _abc_registry:16 _abc_cache:24 _abc_negative_cache:32
    _asyncio.FutureIter futureiterobject 24 ob_type:8 future:16
    _asyncio.TaskStepMethWrapper TaskStepMethWrapper 32 ob_type:8 sw_task:16 sw_arg:24
    _blake2.blake2b Blake2Object 40 ob_type:8
    _blake2.blake2s Blake2Object 40 ob_type:8
    _bz2.BZ2Compressor BZ2Compressor 104
    _bz2.BZ2Decompressor BZ2Decompressor 152 unused_data:104
    _contextvars.Context PyContext 48 ctx_prev:16 ctx_vars:24 ctx_weakreflist:32~
    _contextvars.ContextVar PyContextVar 64 var_name:16 var_default:24 var_cached:32~
    _contextvars.Token PyContextToken 48 tok_ctx:16 tok_var:24 tok_oldval:32 tok_used:40=4
    _csv.Dialect DialectObj 48 ob_type:8 lineterminator:40
    _csv.reader ReaderObj 88 ob_type:8 input_iter:16 dialect:24 fields:32
    _csv.writer WriterObj 72 ob_type:8 write:16 dialect:24 error_obj:64
    _ctypes.CArgObject PyCArgObject 80 ob_type:8 obj:64
    _ctypes.CThunkObject CThunkObject 128 ob_type:8 converters:80 callable:88 restype:96
    _ctypes.DictRemover DictRemoverObject 32 ob_type:8 key:16 dict:24
    _ctypes.StructParam_Type StructParamObject 32 ob_type:8 keep:24
    _curses.window PyCursesWindowObject 40 ob_type:8 orig:32
    _curses_panel.panel PyCursesPanelObject 32 ob_type:8 wo:24
    _elementtree._element_iterator ElementIterObject 64 ob_type:8 root_element:40 sought_tag:48
    _hashlib.HMAC HMACobject 40
    _hmac.HMAC HMACObject 72 name:24
    _interpchannels.ChannelID channelid 40
    _io.BufferedRWPair rwpair 48 ob_type:8 reader:16 writer:24 dict:32 weakreflist:40~
    _io.FileIO fileio 48 ob_type:8 weakreflist:32~ dict:40
    _io.IncrementalNewlineDecoder nldecoder_object 40 ob_type:8 decoder:16 errors:24
    _io.TextIOWrapper textio 200 ob_type:8 buffer:32 encoding:40 encoder:48 decoder:56 readnl:64 errors:72 decoded_chars:120 pending_bytes:136 snapshot:152 raw:168 weakreflist:176~ dict:184
    _io._BufferedIOBase iobase 32 ob_type:8 dict:16 weakreflist:24~
    _io._BytesIOBuffer bytesiobuf 24 ob_type:8 source:16
    _io._IOBase iobase 32 ob_type:8 dict:16 weakreflist:24~
    _io._RawIOBase iobase 32 ob_type:8 dict:16 weakreflist:24~
    _io._TextIOBase iobase 32 ob_type:8 dict:16 weakreflist:24~
    _json.Encoder PyEncoderObject 80 ob_type:8 markers:16 defaultfn:24 encoder:32 indent:40 key_separator:48 item_separator:56
    _json.Scanner PyScannerObject 72 ob_type:8 object_hook:24 object_pairs_hook:32 array_hook:40 parse_float:48 parse_int:56 parse_constant:64
    _lsprof.Profiler ProfilerObject 80 ob_type:8 externalTimer:48 missing:72
    _lzma.LZMACompressor Compressor 184
    _lzma.LZMADecompressor Decompressor 224 unused_data:184
    _md5.md5 MD5object 32 ob_type:8
    _multibytecodec.MultibyteCodec MultibyteCodecObject 32 ob_type:8 cjk_module:24
    _multibytecodec.MultibyteIncrementalDecoder MultibyteIncrementalDecoderObject 56 errors:32
    _multibytecodec.MultibyteIncrementalEncoder MultibyteIncrementalEncoderObject 48 errors:32 pending:40-
    _multibytecodec.MultibyteStreamReader MultibyteStreamReaderObject 64 errors:32 stream:56
    _multibytecodec.MultibyteStreamWriter MultibyteStreamWriterObject 56 errors:32 pending:40- stream:48
    _multiprocessing.SemLock SemLockObject 56 ob_type:8
    _pickle.PicklerMemoProxy PicklerMemoProxyObject 24 ob_type:8 pickler:16
    _pickle.UnpicklerMemoProxy UnpicklerMemoProxyObject 24 ob_type:8 unpickler:16
    _queue.SimpleQueue simplequeueobject 72 ob_type:8 weakreflist:64~
    _random.Random RandomObject 2520
    _sha1.sha1 SHA1object 32 ob_type:8
    _sha2.SHA224Type SHA256object 32 ob_type:8
    _sha2.SHA256Type SHA256object 32 ob_type:8
    _sha2.SHA384Type SHA512object 32 ob_type:8
    _sha2.SHA512Type SHA512object 32 ob_type:8
    _sha3.sha3_224 SHA3object 48 ob_type:8
    _sha3.sha3_256 SHA3object 48 ob_type:8
    _sha3.sha3_384 SHA3object 48 ob_type:8
    _sha3.sha3_512 SHA3object 48 ob_type:8
    _sha3.shake_128 SHA3object 48 ob_type:8
    _sha3.shake_256 SHA3object 48 ob_type:8
    _socket.socket PySocketSockObject 56 ob_type:8
    _sre.SRE_Scanner ScannerObject 264 ob_type:8 pattern:16 state.string:56- state.buffer.obj:72-
    _sre.SRE_Template TemplateObject 40 ob_type:8 literal:32 items[].literal:48*16
    _ssl.Certificate PySSLCertificate 32
    _ssl.MemoryBIO PySSLMemoryBIO 32
    _ssl.SSLSession PySSLSession 32 ob_type:8 ctx:24
    _ssl._SSLContext PySSLContext 120 ob_type:8 set_sni_cb:40 msg_cb:64 keylog_filename:72 psk_client_callback:96 psk_server_callback:104
    _ssl._SSLSocket PySSLSocket 72 ob_type:8 Socket:16- ctx:32- owner:48- server_hostname:56-
    _struct.unpack_iterator unpackiterobject 112 ob_type:8 so:16 buf.obj:32 index:104=8
    _thread.RLock rlockobject 40 ob_type:8
    _thread._ThreadHandle PyThreadHandleObject 24 ob_type:8
    _thread._local localobject 56 ob_type:8 args:16 kw:24 weakreflist:32~ localdicts:40 thread_watchdogs:48
    _thread._localdummy localdummyobject 24 weakreflist:16~
    _thread.lock lockobject 24 ob_type:8
    _tokenize.TokenizerIter tokenizeriterobject 64 last_line:32
    _typing._ConstEvaluator constevaluatorobject 24 value:16
    anext_awaitable anextawaitableobject 32 wrapped:16 default_value:24
    array.arrayiterator arrayiterobject 40 ob_type:8 ao:24 index:16=8
    ast.AST AST_object 24 ob_type:8 dict:16
    async_generator_asend PyAsyncGenASend 40 ags_gen:16 ags_sendval:24
    async_generator_athrow PyAsyncGenAThrow 56 agt_gen:16 agt_typ:24 agt_tb:32 agt_val:40
    async_generator_wrapped_value _PyAsyncGenWrappedValue 24 agw_val:16
    bytearray_iterator bytesiterobject 32 it_seq:24 it_index:16=8
    bytes_iterator striterobject 32 it_seq:24 it_index:16=8
    callable_iterator calliterobject 32 it_callable:16 it_sentinel:24
    classmethod classmethod 32 cm_callable:16 cm_dict:24
    classmethod_descriptor PyMethodDescrObject 56 d_common.d_type:16 d_common.d_name:24- d_common.d_qualname:32-
    collections._deque_iterator dequeiterobject 56 ob_type:8 deque:32 counter:48=8
    collections._deque_reverse_iterator dequeiterobject 56 ob_type:8 deque:32 counter:48=8
    collections._tuplegetter _tuplegetterobject 32 ob_type:8 doc:24
    compression.zstd.ZstdCompressor ZstdCompressor 56 ob_type:8 dict:24
    compression.zstd.ZstdDecompressor ZstdDecompressor 80 ob_type:8 dict:24 unused_data:64-
    compression.zstd.ZstdDict ZstdDict 56 ob_type:8 c_dicts:24-
    coroutine_wrapper PyCoroWrapper 24 cw_coroutine:16
    ctypes.CField CFieldObject 80 ob_type:8 proto:40 name:72-
    decimal.Context PyDecContextObject 104 ob_type:8 traps:64 flags:72
    decimal.ContextManager PyDecContextManagerObject 32 ob_type:8 local:16 global:24
    decimal.SignalDictMixin PyDecSignalDictObject 24 ob_type:8
    dict_itemiterator dictiterobject 56 di_dict:16 di_result:40 di_pos:32=8 len:48=8
    dict_items _PyDictViewObject 24 dv_dict:16
    dict_keyiterator dictiterobject 56 di_dict:16 di_result:40 di_pos:32=8 len:48=8
    dict_keys _PyDictViewObject 24 dv_dict:16
    dict_reverseitemiterator dictiterobject 56 di_dict:16 di_result:40 di_pos:32=8 len:48=8
    dict_reversekeyiterator dictiterobject 56 di_dict:16 di_result:40 di_pos:32=8 len:48=8
    dict_reversevalueiterator dictiterobject 56 di_dict:16 di_result:40 di_pos:32=8 len:48=8
    dict_valueiterator dictiterobject 56 di_dict:16 di_result:40 di_pos:32=8 len:48=8
    dict_values _PyDictViewObject 24 dv_dict:16
    enumerate enumobject 56 en_sit:24 en_result:32 en_longindex:40 one:48- en_index:16=8
    fieldnameiterator fieldnameiterobject 56 str:16 it_field.str.str:24
    filter filterobject 32 func:16 it:24
    formatteriterator formatteriterobject 48 str:16 it_markup.str.str:24
    functools.KeyWrapper keyobject 32 ob_type:8 cmp:16 object:24
    functools._lru_list_elem lru_list_elem 56 prev:16~ next:24~ key:40 result:48
    functools.partial partialobject 80 ob_type:8 fn:16 args:24 kw:32 dict:40 weakreflist:48~ placeholder:56-
    generic_alias_iterator gaiterobject 24 obj:16
    getset_descriptor PyGetSetDescrObject 48 d_common.d_type:16 d_common.d_name:24- d_common.d_qualname:32-
    instancemethod PyInstanceMethodObject 24 func:16
    items PyHamtIterator 168 hi_obj:16
    iterator seqiterobject 32 it_seq:24 it_index:16=8
    itertools._grouper _grouperobject 32 ob_type:8 parent:16 tgtkey:24
    itertools._tee teeobject 48 ob_type:8 dataobj:16 weakreflist:32~ index:24=4
    itertools.accumulate accumulateobject 56 ob_type:8 total:16 it:24 binop:32 initial:40
    itertools.batched batchedobject 40 ob_type:8 it:16 batch_size:24=8
    itertools.chain chainobject 32 ob_type:8 source:16 active:24
    itertools.combinations combinationsobject 56 ob_type:8 pool:16 result:32
    itertools.combinations_with_replacement cwrobject 56 ob_type:8 pool:16 result:32
    itertools.compress compressobject 32 ob_type:8 data:16 selectors:24
    itertools.count countobject 40 ob_type:8 long_cnt:24 long_step:32 cnt:16=8
    itertools.cycle cycleobject 40 ob_type:8 it:16 saved:24
    itertools.dropwhile dropwhileobject 40 ob_type:8 func:16 it:24
    itertools.filterfalse filterfalseobject 32 ob_type:8 func:16 it:24
    itertools.groupby groupbyobject 72 ob_type:8 it:16 keyfunc:24 tgtkey:32 currkey:40 currvalue:48
    itertools.islice isliceobject 56 ob_type:8 it:16 next:24=8 stop:32=8 step:40=8 cnt:48=8
    itertools.pairwise pairwiseobject 40 ob_type:8 it:16 old:24 result:32
    itertools.permutations permutationsobject 64 ob_type:8 pool:16 result:40
    itertools.product productobject 48 ob_type:8 pools:16 result:32
    itertools.repeat repeatobject 32 ob_type:8 element:16 cnt:24=8
    itertools.starmap starmapobject 32 ob_type:8 func:16 it:24
    itertools.takewhile takewhileobject 40 ob_type:8 func:16 it:24
    itertools.zip_longest ziplongestobject 56 ob_type:8 ittuple:32 result:40 fillvalue:48
    keys PyHamtIterator 168 hi_obj:16
    lazy_import PyLazyImportObject 56 lz_builtins:16 lz_from:24 lz_attr:32 lz_code:40 lz_active:52=4
    line_iterator lineiterator 64 li_code:16
    list_iterator _PyListIterObject 32 it_seq:24 it_index:16=8
    list_reverseiterator listreviterobject 32 it_seq:24 it_index:16=8
    longrange_iterator longrangeiterobject 40 start:16 step:24 len:32
    managedbuffer _PyManagedBufferObject 112 master.obj:40
    map mapobject 40 iters:16 func:24
    mappingproxy mappingproxyobject 24 mapping:16
    member_descriptor PyMemberDescrObject 48 d_common.d_type:16 d_common.d_name:24- d_common.d_qualname:32-
    memory_iterator memoryiterobject 48 it_seq:24 it_index:16=8
    method-wrapper wrapperobject 32 descr:16 self:24
    method_descriptor PyMethodDescrObject 56 d_common.d_type:16 d_common.d_name:24- d_common.d_qualname:32-
    moduledef PyModuleDef 104 m_base.m_copy:32
    odict_iterator odictiterobject 64 di_odict:24 di_current:48 di_result:56
    operator.attrgetter attrgetterobject 40 ob_type:8 attr:24
    operator.itemgetter itemgetterobject 48 ob_type:8 item:24 nitems:16=8
    operator.methodcaller methodcallerobject 64 ob_type:8 name:16 args:24 kwds:32 vectorcall_args:40 vectorcall_kwnames:48
    pickle.PickleBuffer PyPickleBufferObject 104 view.obj:24 weakreflist:96~
    positions_iterator positionsiterator 80 pi_code:16
    posix.DirEntry DirEntry 72 name:16 path:24 stat:32 lstat:40
    posix.ScandirIterator ScandirIterator 128 path.object:96 path.cleanup:104
    property propertyobject 64 prop_get:16 prop_set:24 prop_del:32 prop_doc:40 prop_name:48
    range rangeobject 48 start:16 stop:24 step:32 length:40
    range_iterator _PyRangeIterObject 40 start:16=8 step:24=8 len:32=8
    re.Match MatchObject 88 ob_type:8 string:24 regs:32 pattern:40
    re.Pattern PatternObject 96 ob_type:8 groupindex:32 indexgroup:40 pattern:48 weakreflist:64~
    reversed reversedobject 32 seq:24 index:16=8
    select.epoll pyEpoll_Object 24
    select.poll pollObject 48 dict:16
    sentinel sentinelobject 40 name:16 module:24 repr:32
    set_iterator setiterobject 48 si_set:16 si_pos:32=8 len:40=8
    slice PySliceObject 40 start:16 stop:24 step:32
    sqlite3.Blob pysqlite_Blob 48 ob_type:8 connection:16 in_weakreflist:40~
    sqlite3.Connection pysqlite_Connection 208 ob_type:8 statement_cache:72 blobs:80 row_factory:88 text_factory:96 Warning:128- Error:136- InterfaceError:144- DatabaseError:152- DataError:160- OperationalError:168- IntegrityError:176- InternalError:184- ProgrammingError:192- NotSupportedError:200-
    sqlite3.Cursor pysqlite_Cursor 104 ob_type:8 connection:16 description:24 row_cast_map:32 lastrowid:48 row_factory:64 statement:72 in_weakreflist:96~
    sqlite3.Row pysqlite_Row 32 ob_type:8 data:16 description:24
    sqlite3.Statement pysqlite_Statement 32 ob_type:8
    staticmethod staticmethod 32 sm_callable:16 sm_dict:24
    stderrprinter PyStdPrinter_Object 24
    str_ascii_iterator unicodeiterobject 32 it_seq:24 it_index:16=8
    str_iterator unicodeiterobject 32 it_seq:24 it_index:16=8
    string.templatelib.Interpolation interpolationobject 48 value:16 expression:24 conversion:32 format_spec:40
    string.templatelib.Template templateobject 32 strings:16 interpolations:24
    string.templatelib.TemplateIter templateiterobject 40 stringsiter:16 interpolationsiter:24
    super superobject 40 type:16 obj:24 obj_type:32
    symtable_entry PySTEntryObject 152 ste_id:16 ste_symbols:24 ste_name:32 ste_function_name:40 ste_varnames:48 ste_children:56 ste_directives:64 ste_mangled_names:72 ste_annotation_block:136
    sys.legacy_event_handler _PyLegacyEventHandler 32
    traceback PyTracebackObject 40 tb_next:16 tb_frame:24 tb_lasti:32=4 tb_lineno:36=4
    tuple_iterator _PyTupleIterObject 32 it_seq:24 it_index:16=8
    types.GenericAlias gaobject 64 origin:16 args:24 parameters:32 weakreflist:40~
    types.SimpleNamespace _PyNamespaceObject 24 ns_dict:16
    typing.ParamSpec paramspecobject 56 ob_type:8 name:16 bound:24 default_value:32 evaluate_default:40 covariant:48=1 contravariant:49=1 infer_variance:50=1
    typing.ParamSpecArgs paramspecattrobject 24 __origin__:16
    typing.ParamSpecKwargs paramspecattrobject 24 __origin__:16
    typing.TypeAliasType typealiasobject 64 name:16 qualname:24 type_params:32 compute_value:40 value:48 module:56
    typing.TypeVar typevarobject 80 ob_type:8 name:16 bound:24 evaluate_bound:32 constraints:40 evaluate_constraints:48 default_value:56 evaluate_default:64 covariant:72=1 contravariant:73=1 infer_variance:74=1
    typing.TypeVarTuple typevartupleobject 56 ob_type:8 name:16 bound:24 default_value:32 evaluate_default:40 covariant:48=1 contravariant:49=1 infer_variance:50=1
    typing.Union unionobject 56 args:16 hashable_args:24 unhashable_args:32 parameters:40 weakreflist:48~
    unicodedata.GraphemeBreakIterator GraphemeBreakIterator 64 ob_type:8 iter.str:16
    unicodedata.Segment SegmentObject 40 ob_type:8 string:16 start:24=8 end:32=8
    unicodedata.UCD PreviousDBVersion 40 ob_type:8
    values PyHamtIterator 168 hi_obj:16
    weakref.CallableProxyType PyWeakReference 64 wr_object:16~ wr_callback:24 wr_prev:40~ wr_next:48~
    weakref.ProxyType PyWeakReference 64 wr_object:16~ wr_callback:24 wr_prev:40~ wr_next:48~
    weakref.ReferenceType PyWeakReference 64 wr_object:16~ wr_callback:24 wr_prev:40~ wr_next:48~
    wrapper_descriptor PyWrapperDescrObject 56 d_common.d_type:16 d_common.d_name:24- d_common.d_qualname:32-
    xml.etree.ElementTree.TreeBuilder TreeBuilderObject 168 ob_type:8 root:16 this:24 last:32 last_for_tail:40 data:48 stack:56 element_factory:72 comment_factory:80 pi_factory:88 events_append:96 start_event_obj:104 end_event_obj:112 start_ns_event_obj:120 end_ns_event_obj:128 comment_event_obj:136 pi_event_obj:144
    xml.etree.ElementTree.XMLParser XMLParserObject 136 ob_type:8 target:24 entity:32 names:40 handle_start_ns:48 handle_end_ns:56 handle_start:64 handle_data:72 handle_end:80 handle_comment:88 handle_pi:96 handle_doctype:104 handle_close:112 elementtree_module:128-
    zip zipobject 48 ittuple:24 result:32
    zlib.Compress compobject 168 ob_type:8 unused_data:128- unconsumed_tail:136- zdict:152
    zlib.Decompress compobject 168 ob_type:8 unused_data:128- unconsumed_tail:136- zdict:152
    zlib._ZlibDecompressor ZlibDecompressor 184 ob_type:8 zdict:128 unused_data:144-
    zoneinfo.ZoneInfo PyZoneInfo_ZoneInfo 208 ob_type:8 key:16 file_repr:24- weakreflist:32~ tzrule_after.std.utcoff:96- tzrule_after.std.dstoff:104- tzrule_after.std.tzname:112- tzrule_after.dst.utcoff:128- tzrule_after.dst.dstoff:136- tzrule_after.dst.tzname:144-
    """
}

extension ModuleStateLayout {
  /// The states of the C modules of CPython 3.15, as `init(_:)` reads them.
  static let cpython3_15 = """
    _abc 16 0
    _asyncio 160 0-136
    _blake2 24 0-8
    _bz2 16 0-8
    _collections 40 0-32
    _csv 56 0-32
    _ctypes 192 0-184
    _curses 16 0-8
    _curses_panel 16 0-8 type
    _datetime 72 0
    _elementtree 152 0-32 104-136
    _functools 48 0-40
    _hashlib 56 0-32
    _hmac 40 8-24 type
    _interpchannels 72 0-64
    _interpqueues 40 0-32
    _interpreters 16 8
    _locale 8 0
    _lsprof 24 0-16
    _lzma 32 0-24
    _md5 8 0
    _multibytecodec 48 0-32
    _operator 24 0-16
    _pickle 152 0-144
    _queue 16 0-8
    _random 16 0
    _remote_debugging 96 0-88
    _sha1 8 0
    _sha2 32 0-24
    _sha3 48 0-40
    _signal 32 16-24
    _socket 32 0-16
    _sqlite3 224 0-96 112-152
    _sre 40 0-32
    _ssl 160 0-112
    _struct 32 0-24
    _thread 64 0-40
    _tokenize 8 0
    _zoneinfo 88 0-40 56-72
    _zstd 48 0-40
    array 56 0-16
    binascii 24 0-16
    decimal 240 0-80 152 168
    grp 8 0
    io 128 8-120
    itertools 176 0-168
    posix 120 0-24 40-104
    pwd 8 0
    pyexpat 24 0-16
    readline 48 0-40
    resource 8 0
    select 32 0-24
    termios 8 0
    time 40 0
    unicodedata 16 0-8
    zlib 32 0-24
    """
}
