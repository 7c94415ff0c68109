package org.keras4j.backend.tensorflow.runtime;

import static org.tensorflow.internal.c_api.global.tensorflow.*;

import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.Processors;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TFE_ContextOptions;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Function;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.ConfigProto;

/**
 * TensorFlow's eager context: the devices, the registered functions and the kernels made so far. There
 * is one in the process, and it stays.
 *
 * <p>Thread counts are TensorFlow's own choice, but no more than a container's share, unless system properties {@code
 * keras4j.tensorflow.intraOpThreads} and {@code keras4j.tensorflow.interOpThreads} are set.
 */
public final class Engine {
  private static final AtomicLong SERIAL = new AtomicLong();
  private static volatile @Nullable Engine instance;

  private final TFE_Context context;
  private final String[] devices;
  private final String[] nativeDevices;
  private final ThreadLocal<Caller> callers = ThreadLocal.withInitial(() -> new Caller(this));

  private Engine() {
    TensorFlowLibrary.load();
    TF_Status status = TF_NewStatus();
    TFE_ContextOptions options = TFE_NewContextOptions();
    try {
      byte[] config = config().toByteArray();
      try (BytePointer p = new BytePointer(config)) {
        TFE_ContextOptionsSetConfig(options, p, config.length, status);
      }
      check(status, "the configuration");
      TFE_ContextOptionsSetDevicePlacementPolicy(options, TFE_DEVICE_PLACEMENT_SILENT);
      context = TFE_NewContext(options, status);
      check(status, "the eager context");
      TF_DeviceList list = TFE_ContextListDevices(context, status);
      check(status, "the list of devices");
      int n = TF_DeviceListCount(list);
      java.util.List<String> ours = new java.util.ArrayList<>();
      java.util.List<String> theirs = new java.util.ArrayList<>();
      for (int i = 0; i < n; i++) {
        String type = TF_DeviceListType(list, i, status).getString();
        String name = TF_DeviceListName(list, i, status).getString();
        String index = name.substring(name.lastIndexOf(':') + 1);
        if (type.equals("GPU")) { // first, since it is the default where there is one
          ours.add(Integer.parseInt(index), "gpu:" + index);
          theirs.add(Integer.parseInt(index), name);
        } else if (type.equals("CPU")) {
          ours.add("cpu:" + index);
          theirs.add(name);
        }
      }
      TF_DeleteDeviceList(list);
      devices = ours.toArray(new String[0]);
      nativeDevices = theirs.toArray(new String[0]);
    } finally {
      TFE_DeleteContextOptions(options);
      TF_DeleteStatus(status);
    }
  }

  private static ConfigProto config() {
    ConfigProto.Builder c = ConfigProto.newBuilder().setAllowSoftPlacement(true);
    Integer intra = Integer.getInteger("keras4j.tensorflow.intraOpThreads");
    Integer inter = Integer.getInteger("keras4j.tensorflow.interOpThreads");
    int share = Processors.share();
    if (share > 0) { // which TensorFlow does not see
      c.setIntraOpParallelismThreads(share).setInterOpParallelismThreads(share);
    }
    if (intra != null) {
      c.setIntraOpParallelismThreads(intra);
    }
    if (inter != null) {
      c.setInterOpParallelismThreads(inter);
    }
    c.getGpuOptionsBuilder().setAllowGrowth(true);
    return c.build();
  }

  /** The engine, started by the first call. */
  public static Engine get() {
    Engine e = instance;
    if (e == null) {
      synchronized (Engine.class) {
        e = instance;
        if (e == null) {
          e = new Engine();
          instance = e;
        }
      }
    }
    return e;
  }

  TFE_Context context() {
    return context;
  }

  /** The devices in Keras's names, the default first. */
  public String[] devices() {
    return devices.clone();
  }

  /** TensorFlow's name of a device given in Keras's way. */
  public BytePointer nativeDevice(String device) {
    for (int i = 0; i < devices.length; i++) {
      if (devices[i].equals(device)) {
        return Names.of(nativeDevices[i]);
      }
    }
    throw new IllegalArgumentException(
        "TensorFlow has no device '" + device + "', expected one of " + String.join(", ", devices));
  }

  /** The current thread's means of calling. */
  public Caller caller() {
    return callers.get();
  }

  /** A name for a function that no other has. */
  static String uniqueName(String hint) {
    return "keras4j_" + hint + "_" + SERIAL.incrementAndGet();
  }

  /** Makes a function callable by name; takes it over. */
  void register(TF_Function function) {
    TF_Status status = TF_NewStatus();
    try {
      TFE_ContextAddFunction(context, function, status);
      check(status, "a function");
    } finally {
      TF_DeleteFunction(function);
      TF_DeleteStatus(status);
    }
  }

  /** Forgets a function and the kernels made for it. */
  public void unregister(String name) {
    TF_Status status = TF_NewStatus();
    TFE_ContextRemoveFunction(context, Names.of(name), status);
    TF_DeleteStatus(status);
    Names.forget(name);
  }

  /** The definition of a registered function, a serialized {@code FunctionDef}. */
  public byte[] definition(String name) {
    TF_Status status = TF_NewStatus();
    TF_Buffer buffer = TF_NewBuffer();
    try {
      TFE_ContextGetFunctionDef(context, Names.of(name), buffer, status);
      check(status, "the definition of a function");
      byte[] bytes = new byte[Math.toIntExact(buffer.length())];
      new BytePointer(buffer.data()).get(bytes);
      return bytes;
    } finally {
      TF_DeleteBuffer(buffer);
      TF_DeleteStatus(status);
    }
  }

  /** Waits for all that runs on the devices. */
  public void synchronize() {
    TF_Status status = TF_NewStatus();
    try {
      TFE_ContextAsyncWait(context, status);
      check(status, "the running work");
    } finally {
      TF_DeleteStatus(status);
    }
  }

  static void check(TF_Status status, String what) {
    if (TF_GetCode(status) != TF_OK) {
      throw new BackendException(
          "TensorFlow failed at " + what + ": " + TF_Message(status).getString());
    }
  }
}
