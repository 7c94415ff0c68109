package org.keras4j.backend.xla.runtime.embedded;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.core.spi.NativeHeap;
import org.keras4j.core.spi.NativeSearch;
import org.lwjgl.system.JNI;
import org.lwjgl.system.Library;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.SharedLibrary;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * The environment variables by which the native library is told how to log and compile. It reads them
 * when it first compiles, so they can be set after the JVM started.
 */
final class NativeEnvironment {
  private static final String LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL";
  private static final String QUIET = "3";
  private static final String FLAGS = "XLA_FLAGS";
  private static final String EXACT_MAXIMUM = "xla_cpu_enable_fast_min_max";

  private NativeEnvironment() {}

  /** Whether the user wants to see what the library writes to standard error. */
  static boolean logs() {
    // a process that runs a backend hands its own quiet level to the processes that it starts
    String level = System.getenv(LOG_LEVEL);
    return "native".equals(System.getProperty("keras4j.xla.log"))
        || (level != null && !level.equals(QUIET));
  }

  /**
   * Sets log level and XLA flags.
   *
   * @throws XlaException if the library has no such flag; it would end the process over it
   */
  static void prepare(Map<String, String> flags) {
    SharedLibrary libc = libc();
    if (libc == null) {
      if (!flags.isEmpty()) {
        throw new XlaException(
            XlaException.Code.UNIMPLEMENTED,
            "XLA flags of the embedded runtime are set in the environment on this platform:"
                + " XLA_FLAGS");
      }
      return;
    }
    if (!logs()) {
      set(libc, LOG_LEVEL, QUIET);
    }
    String before = System.getenv(FLAGS);
    StringBuilder text = new StringBuilder(before == null ? "" : before);
    SharedLibrary xla = xla();
    if (xla != null && has(xla, EXACT_MAXIMUM) && text.indexOf(EXACT_MAXIMUM) < 0) {
      // otherwise maximum and minimum lose a NaN
      text.append(" --").append(EXACT_MAXIMUM).append("=false");
    }
    flags.forEach((name, value) -> {
      if (xla == null || !has(xla, name)) {
        throw new XlaException(
            XlaException.Code.INVALID_ARGUMENT, "XLA has no flag '" + name + "'");
      }
      text.append(" --").append(name).append('=').append(value);
    });
    set(libc, FLAGS, text.toString().strip());
    long mallopt = libc.getFunctionAddress("mallopt");
    if (mallopt != 0) {
      NativeHeap.keepFreed((parameter, value) -> JNI.invokeI(parameter, value, mallopt));
    }
  }

  // each flag is a field of a message, whose setter the library exports
  private static boolean has(SharedLibrary xla, String flag) {
    String setter = "set_" + flag;
    for (String type : new String[] {"Eb", "Ei", "El", "Ef", "Ed", "IJPKcEEEvDpOT_"}) {
      String symbol = "_ZN3xla12DebugOptions" + setter.length() + setter + type;
      if (xla.getFunctionAddress(symbol) != 0) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable SharedLibrary xla() {
    NativeSearch.remembered(Loader.class, "tensorflow", () -> Loader.load(tensorflow.class));
    Path binding = Path.of(Loader.load(tensorflow.class));
    for (String name : new String[] {"libtensorflow_cc.so.2", "libtensorflow_cc.2.dylib"}) {
      Path file = binding.resolveSibling(name);
      if (Files.exists(file)) {
        return Library.loadNative(NativeEnvironment.class, "org.keras4j", file.toString());
      }
    }
    return null;
  }

  /**
   * The C library, where it is known by name.
   *
   * @throws XlaException if LWJGL cannot open it
   */
  static @Nullable SharedLibrary libc() {
    String os = System.getProperty("os.name");
    String name = os.startsWith("Linux")
        ? "libc.so.6"
        : os.startsWith("Mac") ? "/usr/lib/libSystem.dylib" : null;
    try {
      return name == null ? null : Library.loadNative(NativeEnvironment.class, "org.keras4j", name);
    } catch (LinkageError e) {
      // without the settings, XLA would compute maxima of NaN wrongly
      throw new XlaException(
          XlaException.Code.FAILED_PRECONDITION,
          "XLA is set up through LWJGL, whose native library does not load (" + e.getMessage()
              + "): org.lwjgl:lwjgl with the natives of this platform belongs on the class path,"
              + " or, on the module path, needs --add-modules org.lwjgl.natives");
    }
  }

  private static void set(SharedLibrary libc, String name, String value) {
    long setenv = libc.getFunctionAddress("setenv");
    if (setenv != 0) {
      ByteBuffer n = MemoryUtil.memUTF8(name);
      ByteBuffer v = MemoryUtil.memUTF8(value);
      JNI.invokePPI(MemoryUtil.memAddress(n), MemoryUtil.memAddress(v), 1, setenv);
      MemoryUtil.memFree(n);
      MemoryUtil.memFree(v);
    }
  }
}
