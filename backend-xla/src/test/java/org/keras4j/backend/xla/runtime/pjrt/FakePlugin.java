package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memGetInt;
import static org.lwjgl.system.MemoryUtil.memGetLong;
import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutInt;
import static org.lwjgl.system.MemoryUtil.memPutLong;

import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.embedded.EmbeddedRuntime;
import org.lwjgl.system.APIUtil;
import org.lwjgl.system.Callback;
import org.lwjgl.system.CallbackI;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.libffi.FFICIF;
import org.lwjgl.system.libffi.LibFFI;

/**
 * A PJRT plugin made of upcalls: the table of functions, called through native code as a real one is,
 * with the embedded XLA behind it. It counts what it handed out and got back.
 */
public final class FakePlugin implements AutoCloseable {
  private static final java.util.Queue<FakePlugin> KEPT =
      new java.util.concurrent.ConcurrentLinkedQueue<>();

  private static final FFICIF CIF = APIUtil.apiCreateCIF(
      LibFFI.FFI_DEFAULT_ABI, LibFFI.ffi_type_pointer, LibFFI.ffi_type_pointer);
  private static final Pattern ALIAS = Pattern.compile("%a(\\d+):[^,{]*\\{tf.aliasing_output");
  private static final Pattern TENSOR =
      Pattern.compile("tensor<((?:\\d+x)*)([a-zA-Z]\\w*(?:<\\w+>)?)>");

  /** Bytes above which a buffer is refused, and a program with such a result. */
  public long memoryLimit = 1 << 20;

  /** Programs compiled from text. */
  public int compilations;

  /** Memory that it was told of: sizes by addresses. */
  final ConcurrentSkipListMap<Long, Long> mapped = new ConcurrentSkipListMap<>();

  /** How often it was told of memory. */
  int maps;

  /** The error with which it answers to that; 0: none. */
  int mapFailure;

  /** What is alive, by its address. */
  final Map<Long, Object> alive = new HashMap<>();

  private static final int FIRST_DEVICE = 7;

  private final XlaRuntime xla;
  private final long table = MemoryUtil.nmemCallocChecked(1, 2048);
  private final List<Long> callbacks = new ArrayList<>();
  private final List<Long> memory = new ArrayList<>();
  private long next = 0x1000;

  private record Failure(int code, String message) {}

  private record Program(String text, XlaProgram program, List<Integer> donated, int outputs) {
    int partitions() {
      return program.spec().devices().size();
    }
  }

  /** An array that is copied late: when somebody waits for it or needs it. */
  private final class Late {
    private final TensorType type;
    private final ByteBuffer data;
    private final int device;
    private @Nullable XlaBuffer copied;

    Late(TensorType type, ByteBuffer data, int device) {
      this.type = type;
      this.data = data;
      this.device = device;
    }

    synchronized XlaBuffer copied() {
      if (copied == null) {
        copied = xla.fromHost(type, data, xla.devices().get(device));
      }
      return copied;
    }
  }

  /** Of two devices. */
  public FakePlugin(int major, int minor) {
    this(major, minor, 2);
  }

  public FakePlugin(int major, int minor, int devices) {
    this.xla = new EmbeddedRuntime(Map.of(), devices);
    memPutAddress(table, 2048);
    memPutInt(table + PjrtLayout.Api.MAJOR_VERSION, major);
    memPutInt(table + PjrtLayout.Api.MINOR_VERSION, minor);
    errors();
    client();
    buffers();
    memory();
    programs();
  }

  /** A runtime on this plugin. */
  public PjrtRuntime start(@Nullable Path cache) {
    return new PjrtRuntime(new PjrtApi(table, "fake"), Map.of("platform", "fake", "n", "3"), cache);
  }

  PjrtRuntime startWith(Map<String, String> options) {
    return new PjrtRuntime(new PjrtApi(table, "fake"), options, null);
  }

  /** How many things handed out are not back. */
  public int alive() {
    synchronized (alive) {
      return alive.size();
    }
  }

  private long add(Object o) {
    synchronized (alive) {
      next += 16;
      alive.put(next, o);
      return next;
    }
  }

  private Object get(long address) {
    synchronized (alive) {
      Object o = alive.get(address);
      if (o == null) {
        throw new IllegalStateException("no object at " + address);
      }
      return o;
    }
  }

  private void remove(long address) {
    synchronized (alive) {
      if (alive.remove(address) == null) {
        throw new IllegalStateException("destroyed twice: " + address);
      }
    }
  }

  private interface Entry extends CallbackI {
    Callback.Descriptor DESCRIPTOR = new Callback.Descriptor(MethodHandles.lookup(), CIF);

    @Override
    default Callback.Descriptor getDescriptor() {
      return DESCRIPTOR;
    }

    @Override
    default void callback(long result, long arguments) {
      long struct = memGetAddress(memGetAddress(arguments));
      APIUtil.apiClosureRetP(result, invoke(struct));
    }

    long invoke(long struct);
  }

  private void define(int offset, LongUnaryOperator body) {
    Entry e = s -> {
      try {
        return body.applyAsLong(s);
      } catch (Failed f) {
        return add(new Failure(f.code, String.valueOf(f.getMessage())));
      } catch (RuntimeException f) {
        return add(new Failure(13, f.toString()));
      }
    };
    long address = e.address();
    callbacks.add(address);
    memPutAddress(table + offset, address);
  }

  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final int code;

    Failed(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  private long text(String s) {
    ByteBuffer b = MemoryUtil.memUTF8(s, false);
    memory.add(MemoryUtil.memAddress(b));
    return MemoryUtil.memAddress(b);
  }

  private static void checkSize(long struct, int size) {
    if (memGetLong(struct) < size) {
      throw new Failed(3, "Unexpected struct size " + memGetLong(struct) + ", expected " + size);
    }
  }

  private void errors() {
    define(PjrtLayout.Api.ERROR_MESSAGE, s -> {
      Failure f = (Failure) get(memGetAddress(s + PjrtLayout.ErrorMessage.ERROR));
      memPutAddress(s + PjrtLayout.ErrorMessage.MESSAGE, text(f.message));
      memPutLong(
          s + PjrtLayout.ErrorMessage.MESSAGE_SIZE,
          f.message.getBytes(StandardCharsets.UTF_8).length);
      return 0;
    });
    define(PjrtLayout.Api.ERROR_GET_CODE, s -> {
      Failure f = (Failure) get(memGetAddress(s + PjrtLayout.ErrorGetCode.ERROR));
      memPutInt(s + PjrtLayout.ErrorGetCode.CODE, f.code);
      return 0;
    });
    define(PjrtLayout.Api.ERROR_DESTROY, s -> {
      remove(memGetAddress(s + PjrtLayout.ErrorDestroy.ERROR));
      return 0;
    });
    define(PjrtLayout.Api.EVENT_AWAIT, s -> {
      if (get(memGetAddress(s + PjrtLayout.EventAwait.EVENT)) instanceof Late l) {
        l.copied();
      }
      return 0;
    });
    define(PjrtLayout.Api.EVENT_DESTROY, s -> {
      remove(memGetAddress(s + PjrtLayout.EventDestroy.EVENT));
      return 0;
    });
  }

  private void client() {
    define(PjrtLayout.Api.PLUGIN_INITIALIZE, s -> 0);
    define(PjrtLayout.Api.CLIENT_CREATE, s -> {
      checkSize(s, PjrtLayout.ClientCreate.SIZE);
      long options = memGetAddress(s + PjrtLayout.ClientCreate.CREATE_OPTIONS);
      for (int i = 0; i < memGetLong(s + PjrtLayout.ClientCreate.NUM_OPTIONS); i++) {
        long o = options + (long) i * PjrtLayout.NamedValue.SIZE;
        String name = MemoryUtil.memUTF8(memGetAddress(o + PjrtLayout.NamedValue.NAME), (int)
            memGetLong(o + PjrtLayout.NamedValue.NAME_SIZE));
        int type = memGetInt(o + PjrtLayout.NamedValue.TYPE);
        if (!name.equals("platform") && !name.equals("n") || type != (name.equals("n") ? 1 : 0)) {
          throw new Failed(3, "Unknown option " + name + " of type " + type);
        }
      }
      memPutAddress(s + PjrtLayout.ClientCreate.CLIENT, add("client"));
      return 0;
    });
    define(PjrtLayout.Api.CLIENT_DESTROY, s -> {
      remove(memGetAddress(s + PjrtLayout.ClientDestroy.CLIENT));
      return 0;
    });
    LongUnaryOperator name = s -> {
      memPutAddress(s + PjrtLayout.ClientPlatformName.PLATFORM_NAME, text("fake"));
      memPutLong(s + PjrtLayout.ClientPlatformName.PLATFORM_NAME_SIZE, 4);
      return 0;
    };
    define(PjrtLayout.Api.CLIENT_PLATFORM_NAME, name);
    define(PjrtLayout.Api.CLIENT_PLATFORM_VERSION, name);
    int count = xla.devices().size();
    long devices = MemoryUtil.nmemAllocChecked(8L * count);
    memory.add(devices);
    for (int i = 0; i < count; i++) {
      memPutAddress(devices + 8L * i, FIRST_DEVICE + i);
    }
    define(PjrtLayout.Api.CLIENT_ADDRESSABLE_DEVICES, s -> {
      memPutAddress(s + PjrtLayout.ClientAddressableDevices.ADDRESSABLE_DEVICES, devices);
      memPutLong(s + PjrtLayout.ClientAddressableDevices.NUM_ADDRESSABLE_DEVICES, count);
      return 0;
    });
    define(PjrtLayout.Api.DEVICE_GET_DESCRIPTION, s -> {
      memPutAddress(
          s + PjrtLayout.DeviceGetDescription.DEVICE_DESCRIPTION,
          memGetAddress(s + PjrtLayout.DeviceGetDescription.DEVICE));
      return 0;
    });
    define(PjrtLayout.Api.DEVICE_DESCRIPTION_ID, s -> {
      long d = memGetAddress(s + PjrtLayout.DeviceDescriptionId.DEVICE_DESCRIPTION);
      memPutInt(s + PjrtLayout.DeviceDescriptionId.ID, (int) d);
      return 0;
    });
    define(PjrtLayout.Api.DEVICE_DESCRIPTION_KIND, s -> {
      memPutAddress(s + PjrtLayout.DeviceDescriptionKind.DEVICE_KIND, text("upcalls"));
      memPutLong(s + PjrtLayout.DeviceDescriptionKind.DEVICE_KIND_SIZE, 7);
      return 0;
    });
  }

  private void buffers() {
    define(PjrtLayout.Api.CLIENT_BUFFER_FROM_HOST_BUFFER, s -> {
      checkSize(s, PjrtLayout.ClientBufferFromHostBuffer.SIZE);
      ElementType e = ElementType.ofPjrt(memGetInt(s + PjrtLayout.ClientBufferFromHostBuffer.TYPE));
      long[] dims = new long[(int) memGetLong(s + PjrtLayout.ClientBufferFromHostBuffer.NUM_DIMS)];
      for (int i = 0; i < dims.length; i++) {
        dims[i] =
            memGetLong(memGetAddress(s + PjrtLayout.ClientBufferFromHostBuffer.DIMS) + 8L * i);
      }
      TensorType t = TensorType.of(e, dims);
      if (t.bytes() > memoryLimit) {
        throw new Failed(8, "Out of memory allocating " + t.bytes() + " bytes.");
      }
      long address = memGetAddress(s + PjrtLayout.ClientBufferFromHostBuffer.DATA);
      int on =
          (int) (memGetAddress(s + PjrtLayout.ClientBufferFromHostBuffer.DEVICE) - FIRST_DEVICE);
      Late l = new Late(t, MemoryUtil.memByteBuffer(address, (int) t.bytes()), on);
      boolean late =
          memGetInt(s + PjrtLayout.ClientBufferFromHostBuffer.HOST_BUFFER_SEMANTICS) == 1;
      if (late && !isMapped(address, t.bytes())) {
        throw new Failed(3, "memory that is not mapped is read late");
      }
      memPutAddress(s + PjrtLayout.ClientBufferFromHostBuffer.BUFFER, add(late ? l : l.copied()));
      memPutAddress(
          s + PjrtLayout.ClientBufferFromHostBuffer.DONE_WITH_HOST_BUFFER, add(late ? l : "event"));
      return 0;
    });
    define(PjrtLayout.Api.BUFFER_DESTROY, s -> {
      remove(memGetAddress(s + PjrtLayout.BufferDestroy.BUFFER));
      return 0;
    });
    define(PjrtLayout.Api.BUFFER_READY_EVENT, s -> {
      buffer(memGetAddress(s + PjrtLayout.BufferReadyEvent.BUFFER));
      memPutAddress(s + PjrtLayout.BufferReadyEvent.EVENT, add("event"));
      return 0;
    });
    define(PjrtLayout.Api.BUFFER_TO_HOST_BUFFER, s -> {
      XlaBuffer b = buffer(memGetAddress(s + PjrtLayout.BufferToHostBuffer.SRC));
      long size = memGetLong(s + PjrtLayout.BufferToHostBuffer.DST_SIZE);
      if (size < b.type().bytes()) {
        throw new Failed(3, "destination too small");
      }
      b.read(MemoryUtil.memByteBuffer(
          memGetAddress(s + PjrtLayout.BufferToHostBuffer.DST), (int) b.type().bytes()));
      memPutAddress(s + PjrtLayout.BufferToHostBuffer.EVENT, add("event"));
      return 0;
    });
  }

  private boolean isMapped(long address, long bytes) {
    Map.Entry<Long, Long> e = mapped.floorEntry(address);
    return e != null && address + bytes <= e.getKey() + e.getValue();
  }

  private void memory() {
    define(PjrtLayout.Api.CLIENT_DMA_MAP, s -> {
      checkSize(s, PjrtLayout.ClientDmaMap.SIZE);
      if (mapFailure != 0) {
        throw new Failed(mapFailure, "no such memory");
      }
      maps++;
      mapped.put(
          memGetAddress(s + PjrtLayout.ClientDmaMap.DATA),
          memGetLong(s + PjrtLayout.ClientDmaMap.LENGTH));
      return 0;
    });
    define(PjrtLayout.Api.CLIENT_DMA_UNMAP, s -> {
      checkSize(s, PjrtLayout.ClientDmaUnmap.SIZE);
      if (mapped.remove(memGetAddress(s + PjrtLayout.ClientDmaUnmap.DATA)) == null) {
        throw new Failed(5, "unmapped twice");
      }
      return 0;
    });
  }

  /** Makes it one of the time before memory could be mapped: its table ends there. */
  void endBeforeMemory() {
    memPutAddress(table, PjrtLayout.Api.CLIENT_DMA_MAP);
  }

  private XlaBuffer buffer(long address) {
    Object o = get(address);
    XlaBuffer b = o instanceof Late l ? l.copied() : (XlaBuffer) o;
    if (b.isClosed()) {
      throw new Failed(3, "Buffer has been deleted or donated.");
    }
    return b;
  }

  static List<TensorType> types(String text) {
    List<TensorType> out = new ArrayList<>();
    Matcher m = TENSOR.matcher(text);
    while (m.find()) {
      long[] dims = m.group(1).isEmpty()
          ? new long[0]
          : java.util.Arrays.stream(m.group(1).split("x"))
              .mapToLong(Long::parseLong)
              .toArray();
      for (ElementType e : ElementType.values()) {
        if (e.mlir().equals(m.group(2))) {
          out.add(TensorType.of(e, dims));
        }
      }
    }
    return out;
  }

  private long compile(String text, byte[] options) {
    int main = text.indexOf("@main(");
    int arrow = text.indexOf("->", main);
    if (main < 0 || arrow < 0) {
      throw new Failed(3, "failed to parse the program");
    }
    List<TensorType> in = types(text.substring(main, arrow));
    List<TensorType> out = types(text.substring(arrow, text.indexOf("{\n", arrow)));
    for (TensorType t : out) {
      if (t.bytes() > memoryLimit) {
        throw new Failed(8, "Out of memory allocating " + t.bytes() + " bytes.");
      }
    }
    List<Integer> donated = new ArrayList<>();
    Matcher m = ALIAS.matcher(text.substring(main, arrow));
    while (m.find()) {
      donated.add(Integer.valueOf(m.group(1)));
    }
    String plain = text.replaceAll("tf.aliasing_output=\\d+:i32,?", "");
    ProgramSpec spec = text.contains("sdy.mesh")
        ? Partitioned.spec(
            text,
            main,
            arrow,
            in,
            out,
            Partitioned.assigned(options).stream()
                .map(id -> (int) (id - FIRST_DEVICE))
                .toList())
        : ProgramSpec.of("fake", in, out);
    return add(new Program(
        text, xla.compile(Partitioned.plain(plain).replace("{}", ""), spec), donated, out.size()));
  }

  private void programs() {
    define(PjrtLayout.Api.CLIENT_COMPILE, s -> {
      checkSize(s, PjrtLayout.ClientCompile.SIZE);
      long p = memGetAddress(s + PjrtLayout.ClientCompile.PROGRAM);
      String text = MemoryUtil.memUTF8(memGetAddress(p + PjrtLayout.Program.CODE), (int)
          memGetLong(p + PjrtLayout.Program.CODE_SIZE));
      byte[] options =
          new byte[(int) memGetLong(s + PjrtLayout.ClientCompile.COMPILE_OPTIONS_SIZE)];
      long at = memGetAddress(s + PjrtLayout.ClientCompile.COMPILE_OPTIONS);
      MemoryUtil.memByteBuffer(at, options.length).get(options);
      memPutAddress(s + PjrtLayout.ClientCompile.EXECUTABLE, compile(text, options));
      compilations++;
      return 0;
    });
    define(PjrtLayout.Api.LOADED_EXECUTABLE_DESTROY, s -> {
      long a = memGetAddress(s + PjrtLayout.LoadedExecutableDestroy.EXECUTABLE);
      ((Program) get(a)).program.close();
      remove(a);
      return 0;
    });
    define(PjrtLayout.Api.LOADED_EXECUTABLE_GET_EXECUTABLE, s -> {
      Object p = get(memGetAddress(s + PjrtLayout.LoadedExecutableGetExecutable.LOADED_EXECUTABLE));
      memPutAddress(
          s + PjrtLayout.LoadedExecutableGetExecutable.EXECUTABLE, add(((Program) p).text));
      return 0;
    });
    define(PjrtLayout.Api.EXECUTABLE_DESTROY, s -> {
      remove(memGetAddress(s + PjrtLayout.ExecutableDestroy.EXECUTABLE));
      return 0;
    });
    define(PjrtLayout.Api.EXECUTABLE_SERIALIZE, s -> {
      String text = (String) get(memGetAddress(s + PjrtLayout.ExecutableSerialize.EXECUTABLE));
      memPutAddress(s + PjrtLayout.ExecutableSerialize.SERIALIZED_BYTES, text(text));
      memPutLong(
          s + PjrtLayout.ExecutableSerialize.SERIALIZED_BYTES_SIZE,
          text.getBytes(StandardCharsets.UTF_8).length);
      return 0;
    });
    define(PjrtLayout.Api.EXECUTABLE_DESERIALIZE_AND_LOAD, s -> {
      String text = MemoryUtil.memUTF8(
          memGetAddress(s + PjrtLayout.ExecutableDeserializeAndLoad.SERIALIZED_EXECUTABLE),
          (int) memGetLong(s + PjrtLayout.ExecutableDeserializeAndLoad.SERIALIZED_EXECUTABLE_SIZE));
      memPutAddress(
          s + PjrtLayout.ExecutableDeserializeAndLoad.LOADED_EXECUTABLE,
          compile(text, new byte[0]));
      return 0;
    });
    define(PjrtLayout.Api.LOADED_EXECUTABLE_EXECUTE, this::execute);
  }

  private long execute(long s) {
    checkSize(s, PjrtLayout.LoadedExecutableExecute.SIZE);
    Program p = (Program) get(memGetAddress(s + PjrtLayout.LoadedExecutableExecute.EXECUTABLE));
    int devices = (int) memGetLong(s + PjrtLayout.LoadedExecutableExecute.NUM_DEVICES);
    if (devices != p.partitions()) {
      throw new Failed(3, devices + " argument lists for " + p.partitions() + " partitions");
    }
    int n = (int) memGetLong(s + PjrtLayout.LoadedExecutableExecute.NUM_ARGS);
    long lists = memGetAddress(s + PjrtLayout.LoadedExecutableExecute.ARGUMENT_LISTS);
    XlaBuffer[] arguments = new XlaBuffer[n * devices];
    for (int i = 0; i < arguments.length; i++) {
      long list = memGetAddress(lists + 8L * (i / n));
      arguments[i] = buffer(memGetAddress(list + 8L * (i % n)));
    }
    XlaBuffer[] results = p.program.execute(arguments);
    long outs = memGetAddress(s + PjrtLayout.LoadedExecutableExecute.OUTPUT_LISTS);
    for (int i = 0; i < results.length; i++) {
      long list = memGetAddress(outs + 8L * (i / p.outputs));
      memPutAddress(list + 8L * (i % p.outputs), add(results[i]));
    }
    for (int d : p.donated) {
      for (int device = 0; device < devices; device++) {
        arguments[device * n + d].close();
      }
    }
    return 0;
  }

  /**
   * Leaves the functions where they are: like a real plugin this one stays loaded, for what was forgotten is
   * destroyed late, when its Java side is collected.
   */
  @Override
  public void close() {
    KEPT.add(this);
  }
}
