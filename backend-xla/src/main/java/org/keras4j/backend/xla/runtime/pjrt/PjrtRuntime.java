package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memGetByte;
import static org.lwjgl.system.MemoryUtil.memGetInt;
import static org.lwjgl.system.MemoryUtil.memGetLong;
import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutInt;
import static org.lwjgl.system.MemoryUtil.memPutLong;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.Capabilities;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.ProgramWatch;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.core.spi.DeviceMemory;
import org.keras4j.core.spi.MemoryWatch;
import org.keras4j.core.spi.TransferMemory;
import org.lwjgl.system.MemoryUtil;

/** The devices of a PJRT plugin. Execution is asynchronous: results are awaited when read. */
public final class PjrtRuntime implements XlaRuntime {
  static final Cleaner CLEANER = Cleaner.create();

  private final PjrtFunctions f;
  private final ReleaseQueue forgotten = new ReleaseQueue();
  private final ProgramWatch programs = new ProgramWatch();
  private final long client;
  private final String platform;
  private final String platformVersion;
  private final List<XlaDevice> devices = new ArrayList<>();
  private final long[] deviceAddresses;
  private final long[] deviceIds;
  private final PjrtCompiler compiler;
  private final KernelChoices choices;
  private final @Nullable XlaProgram[] fences;
  private final MemoryWatch[] watches;
  private final DmaPool pool;

  /**
   * Loads a plugin and starts a client.
   *
   * @param plugin the path of its library
   * @param options options of the client by name
   * @param cache where compiled programs are stored, or null for nowhere
   * @throws XlaException if the path, the version or an option is wrong, or no device is to be had
   */
  public static PjrtRuntime load(String plugin, Map<String, String> options, @Nullable Path cache) {
    return new PjrtRuntime(PjrtApi.load(plugin), options, cache);
  }

  PjrtRuntime(PjrtApi api, Map<String, String> options, @Nullable Path cache) {
    try {
      this.f = new PjrtFunctions(api);
      long s = Frame.get().struct(0, PjrtLayout.PluginInitialize.SIZE);
      api.call(api.function(PjrtLayout.Api.PLUGIN_INITIALIZE, "Plugin_Initialize"), s);
      this.client = createClient(options);
      this.platform = clientText(PjrtLayout.Api.CLIENT_PLATFORM_NAME, "Client_PlatformName");
      this.platformVersion =
          clientText(PjrtLayout.Api.CLIENT_PLATFORM_VERSION, "Client_PlatformVersion");
      this.deviceAddresses = deviceAddresses();
      this.deviceIds = new long[deviceAddresses.length];
      describeDevices();
    } catch (XlaException e) {
      throw e.during("Starting the PJRT plugin " + api.origin());
    }
    String make = platform
        + '\n'
        + platformVersion
        + '\n'
        + api.version()
        + '\n'
        + devices.get(0).kind();
    this.compiler = new PjrtCompiler(f, client, make, cache);
    this.choices = new KernelChoices(cache, isCuda());
    this.pool = new DmaPool(f, client);
    this.fences = new XlaProgram[devices.size()];
    this.watches = new MemoryWatch[devices.size()];
    for (XlaDevice d : devices) {
      long limit = memory(d).limit();
      watches[d.index()] = limit > 0
          ? new MemoryWatch("the memory of " + d.name(), limit, this::drain)
          : MemoryWatch.ofHost("xla", this::drain);
    }
  }

  private long createClient(Map<String, String> options) {
    try (ClientOptions o = new ClientOptions(options)) {
      long s = Frame.get().struct(0, PjrtLayout.ClientCreate.SIZE);
      memPutAddress(s + PjrtLayout.ClientCreate.CREATE_OPTIONS, o.address());
      memPutLong(s + PjrtLayout.ClientCreate.NUM_OPTIONS, o.count());
      f.api.call(f.api.function(PjrtLayout.Api.CLIENT_CREATE, "Client_Create"), s);
      return memGetAddress(s + PjrtLayout.ClientCreate.CLIENT);
    }
  }

  private String clientText(int function, String name) {
    long s = Frame.get().struct(0, PjrtLayout.ClientPlatformName.SIZE);
    memPutAddress(s + PjrtLayout.ClientPlatformName.CLIENT, client);
    f.api.call(f.api.function(function, name), s);
    return PjrtApi.string(
        memGetAddress(s + PjrtLayout.ClientPlatformName.PLATFORM_NAME),
        memGetAddress(s + PjrtLayout.ClientPlatformName.PLATFORM_NAME_SIZE));
  }

  private long[] deviceAddresses() {
    long s = Frame.get().struct(0, PjrtLayout.ClientAddressableDevices.SIZE);
    memPutAddress(s + PjrtLayout.ClientAddressableDevices.CLIENT, client);
    f.api.call(
        f.api.function(PjrtLayout.Api.CLIENT_ADDRESSABLE_DEVICES, "Client_AddressableDevices"), s);
    long list = memGetAddress(s + PjrtLayout.ClientAddressableDevices.ADDRESSABLE_DEVICES);
    int n = (int) memGetLong(s + PjrtLayout.ClientAddressableDevices.NUM_ADDRESSABLE_DEVICES);
    if (n == 0) {
      throw new XlaException(XlaException.Code.UNAVAILABLE, "the client has no devices");
    }
    long[] out = new long[n];
    for (int i = 0; i < n; i++) {
      out[i] = memGetAddress(list + 8L * i);
    }
    return out;
  }

  private void describeDevices() {
    String kerasName = switch (platform.toLowerCase(Locale.ROOT)) {
      case "cuda", "rocm", "gpu", "sycl", "metal" -> "gpu";
      case "host", "cpu" -> "cpu";
      default -> platform.toLowerCase(Locale.ROOT);
    };
    for (int i = 0; i < deviceAddresses.length; i++) {
      Frame frame = Frame.get();
      long s = frame.struct(0, PjrtLayout.DeviceGetDescription.SIZE);
      memPutAddress(s + PjrtLayout.DeviceGetDescription.DEVICE, deviceAddresses[i]);
      f.api.call(f.api.function(PjrtLayout.Api.DEVICE_GET_DESCRIPTION, "Device_GetDescription"), s);
      long description = memGetAddress(s + PjrtLayout.DeviceGetDescription.DEVICE_DESCRIPTION);
      long id = frame.struct(0, PjrtLayout.DeviceDescriptionId.SIZE);
      memPutAddress(id + PjrtLayout.DeviceDescriptionId.DEVICE_DESCRIPTION, description);
      f.api.call(f.api.function(PjrtLayout.Api.DEVICE_DESCRIPTION_ID, "DeviceDescription_Id"), id);
      deviceIds[i] = memGetInt(id + PjrtLayout.DeviceDescriptionId.ID);
      long kind = frame.struct(0, PjrtLayout.DeviceDescriptionKind.SIZE);
      memPutAddress(kind + PjrtLayout.DeviceDescriptionKind.DEVICE_DESCRIPTION, description);
      f.api.call(
          f.api.function(PjrtLayout.Api.DEVICE_DESCRIPTION_KIND, "DeviceDescription_Kind"), kind);
      String text = PjrtApi.string(
          memGetAddress(kind + PjrtLayout.DeviceDescriptionKind.DEVICE_KIND),
          memGetAddress(kind + PjrtLayout.DeviceDescriptionKind.DEVICE_KIND_SIZE));
      devices.add(new XlaDevice(i, kerasName + ":" + i, text));
    }
  }

  PjrtFunctions functions() {
    return f;
  }

  ReleaseQueue forgotten() {
    return forgotten;
  }

  @Override
  public MemoryWatch watch(XlaDevice device) {
    return watches[device.index()];
  }

  ProgramWatch programs() {
    return programs;
  }

  /** Destroys what was forgotten; called by threads on their way into the plugin. */
  void drain() {
    forgotten.drain(f::destroyBuffer);
  }

  void destroyExecutable(long executable) {
    long s = Frame.get().struct(3, PjrtLayout.LoadedExecutableDestroy.SIZE);
    memPutAddress(s + PjrtLayout.LoadedExecutableDestroy.EXECUTABLE, executable);
    f.api.call(
        f.api.function(PjrtLayout.Api.LOADED_EXECUTABLE_DESTROY, "LoadedExecutable_Destroy"), s);
  }

  @Override
  public String name() {
    return "pjrt " + platform;
  }

  @Override
  public String version() {
    return platformVersion.strip() + ", PJRT " + f.api.version();
  }

  @Override
  public Capabilities capabilities() {
    boolean cpu = devices.get(0).name().startsWith("cpu");
    return new Capabilities(true, true, true, compiler.serializes(), true, cpu, isCuda());
  }

  private boolean isCuda() {
    return platform.toLowerCase(Locale.ROOT).equals("cuda");
  }

  @Override
  public List<XlaDevice> devices() {
    return List.copyOf(devices);
  }

  @Override
  public XlaProgram compile(String stablehlo, ProgramSpec spec) {
    long[] ids = spec.devices().stream().mapToLong(d -> deviceIds[d]).toArray();
    return compile(stablehlo, spec, ids);
  }

  /** Likewise, for devices by the plugin's own numbers, of which some may be another process's. */
  XlaProgram compile(String stablehlo, ProgramSpec spec, long[] ids) {
    drain();
    byte[] options = CompileOptions.encode(ids, spec.flags());
    try {
      long executable = load(stablehlo, ids, spec.flags(), options);
      List<XlaDevice> on = spec.devices().stream().map(devices::get).toList();
      return new PjrtProgram(this, spec, on, executable);
    } catch (XlaException e) {
      throw e.during("Compiling the program " + spec.name());
    }
  }

  // where the choices of kernels lie is not a part of what a program depends on
  private long load(String stablehlo, long[] ids, Map<String, String> flags, byte[] options) {
    try {
      return compiler.load(stablehlo, options, CompileOptions.encode(ids, choices.flags(flags)));
    } catch (XlaException e) {
      if (choices.isRefusal(e)) {
        return compiler.load(stablehlo, options, options);
      }
      throw e;
    }
  }

  @Override
  public XlaBuffer fromHost(TensorType type, ByteBuffer data, XlaDevice device) {
    if (data.remaining() != type.bytes()) {
      throw new IllegalArgumentException(
          type + " needs " + type.bytes() + " bytes, got " + data.remaining());
    }
    drain();
    DmaBlock block =
        data.isDirect() ? pool.holding(MemoryUtil.memAddress(data), data.remaining()) : null;
    ByteBuffer direct = data;
    if (!data.isDirect()) {
      direct = MemoryUtil.memAlloc(Math.max(1, data.remaining()));
      direct.put(0, data, data.position(), data.remaining());
    }
    long dims = MemoryUtil.nmemAllocChecked(8L * Math.max(1, type.rank()));
    try {
      for (int i = 0; i < type.rank(); i++) {
        memPutLong(dims + 8L * i, type.dim(i));
      }
      long s = Frame.get().struct(0, PjrtLayout.ClientBufferFromHostBuffer.SIZE);
      memPutAddress(s + PjrtLayout.ClientBufferFromHostBuffer.CLIENT, client);
      memPutAddress(s + PjrtLayout.ClientBufferFromHostBuffer.DATA, MemoryUtil.memAddress(direct));
      memPutInt(s + PjrtLayout.ClientBufferFromHostBuffer.TYPE, type.element().pjrt());
      memPutAddress(s + PjrtLayout.ClientBufferFromHostBuffer.DIMS, dims);
      memPutLong(s + PjrtLayout.ClientBufferFromHostBuffer.NUM_DIMS, type.rank());
      // 0: the data are needed during the call only; 1: until they are copied
      memPutInt(
          s + PjrtLayout.ClientBufferFromHostBuffer.HOST_BUFFER_SEMANTICS, block == null ? 0 : 1);
      memPutAddress(
          s + PjrtLayout.ClientBufferFromHostBuffer.DEVICE, deviceAddresses[device.index()]);
      f.api.call(f.bufferFromHost, s);
      long buffer = memGetAddress(s + PjrtLayout.ClientBufferFromHostBuffer.BUFFER);
      long done = memGetAddress(s + PjrtLayout.ClientBufferFromHostBuffer.DONE_WITH_HOST_BUFFER);
      if (block == null) {
        f.destroyEvent(done);
      } else {
        block.copying(done);
      }
      return new PjrtBuffer(this, type, device, buffer);
    } catch (XlaException e) {
      throw e.during("Copying " + type + " to " + device.name());
    } finally {
      MemoryUtil.nmemFree(dims);
      if (direct != data) {
        MemoryUtil.memFree(direct);
      }
      Reference.reachabilityFence(data);
    }
  }

  @Override
  public @Nullable TransferMemory transferMemory(long bytes) {
    return pool.take(bytes);
  }

  @Override
  public DeviceMemory memory(XlaDevice device) {
    if (!f.api.has(PjrtLayout.Api.DEVICE_MEMORY_STATS)) {
      return DeviceMemory.UNKNOWN;
    }
    long s = Frame.get().struct(0, PjrtLayout.DeviceMemoryStats.SIZE);
    memPutAddress(s + PjrtLayout.DeviceMemoryStats.DEVICE, deviceAddresses[device.index()]);
    try {
      f.api.call(f.api.function(PjrtLayout.Api.DEVICE_MEMORY_STATS, "Device_MemoryStats"), s);
    } catch (XlaException e) {
      if (e.code() == XlaException.Code.UNIMPLEMENTED) {
        return DeviceMemory.UNKNOWN;
      }
      throw e.during("Asking for the memory of " + device.name());
    }
    return new DeviceMemory(
        memGetLong(s + PjrtLayout.DeviceMemoryStats.BYTES_IN_USE),
        memGetByte(s + PjrtLayout.DeviceMemoryStats.PEAK_BYTES_IN_USE_IS_SET) != 0
            ? memGetLong(s + PjrtLayout.DeviceMemoryStats.PEAK_BYTES_IN_USE)
            : -1,
        memGetByte(s + PjrtLayout.DeviceMemoryStats.BYTES_LIMIT_IS_SET) != 0
            ? memGetLong(s + PjrtLayout.DeviceMemoryStats.BYTES_LIMIT)
            : -1);
  }

  /** A device runs its programs in order: when a last, small one is done, all before it are. */
  @Override
  public void synchronize() {
    for (XlaDevice d : devices) {
      XlaBuffer[] r = fence(d).execute(new XlaBuffer[0]);
      r[0].await();
      r[0].close();
    }
  }

  private synchronized XlaProgram fence(XlaDevice d) {
    XlaProgram p = fences[d.index()];
    if (p == null) {
      TensorType t = TensorType.of(ElementType.S32);
      String text = "module{func.func public @main()->("
          + t
          + "){\n%c=stablehlo.constant dense<0> : "
          + t
          + "\nreturn %c : "
          + t
          + "\n}}\n";
      p = compile(
          text, new ProgramSpec("fence", List.of(), List.of(t), Map.of(), d.index(), Map.of()));
      fences[d.index()] = p;
    }
    return p;
  }

  @Override
  public void close() {
    for (XlaProgram p : fences) {
      if (p != null) {
        p.close();
      }
    }
    drain();
    pool.close();
    long s = Frame.get().struct(0, PjrtLayout.ClientDestroy.SIZE);
    memPutAddress(s + PjrtLayout.ClientDestroy.CLIENT, client);
    f.api.call(f.api.function(PjrtLayout.Api.CLIENT_DESTROY, "Client_Destroy"), s);
  }
}
