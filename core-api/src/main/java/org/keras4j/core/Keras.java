package org.keras4j.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.core.internal.session.SessionState;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendProvider;
import org.keras4j.core.spi.MemoryWatch;

/**
 * The global settings: the backend in use and Keras's {@code keras.config}. Defaults come from {@code
 * ~/.keras/keras.json}, the file that Python's Keras reads.
 */
public final class Keras {
  private static final Map<String, Backend> LOADED = new ConcurrentHashMap<>();
  private static final Map<String, String> FILE = readFile();

  private static final Pattern DEVICE = Pattern.compile("([A-Za-z]+)(?::(\\d+))?");

  private static volatile @Nullable Backend current;
  private static volatile DType floatx = DType.of(FILE.getOrDefault("floatx", "float32"));
  private static volatile double epsilon = Double.parseDouble(FILE.getOrDefault("epsilon", "1e-7"));
  private static volatile String imageDataFormat =
      FILE.getOrDefault("image_data_format", "channels_last");
  private static volatile String device = "";
  private static final Context.Key<String> DEVICE_SCOPE = Context.Key.inherited("device");
  private static volatile @Nullable Integer maxEpochs = number("KERAS_MAX_EPOCHS");
  private static volatile @Nullable Integer maxStepsPerEpoch = number("KERAS_MAX_STEPS_PER_EPOCH");
  private static volatile boolean interactiveLogging = true;
  private static volatile boolean flashAttention = true;
  private static volatile boolean claims =
      !"false".equals(System.getProperty("keras4j.claims", "true"));

  private Keras() {}

  /**
   * Keras's folder, with its settings and the files that were fetched: the system property {@code keras.home}, else the
   * environment variable {@code KERAS_HOME}, else {@code .keras} in the user's folder.
   */
  public static Path home() {
    String set = System.getProperty("keras.home");
    String home = set == null || set.isEmpty() ? System.getenv("KERAS_HOME") : set;
    return home != null && !home.isEmpty()
        ? Path.of(home)
        : Path.of(System.getProperty("user.home", "."), ".keras");
  }

  /**
   * The version of this library ({@code keras.version}), {@code "0.1.0"}; {@code "unknown"} where it does not run out of its jars.
   */
  public static String version() {
    String v = Keras.class.getModule().getDescriptor() == null
        ? null
        : Keras.class.getModule().getDescriptor().rawVersion().orElse(null);
    v = v == null ? Keras.class.getPackage().getImplementationVersion() : v;
    return v == null ? "unknown" : v;
  }

  private static Map<String, String> readFile() {
    Path file = home().resolve("keras.json");
    Map<String, String> out = new LinkedHashMap<>();
    try {
      if (Files.isRegularFile(file)) {
        // a flat object of strings and numbers: the four settings Keras keeps there
        Matcher m = Pattern.compile("\"(\\w+)\"\\s*:\\s*\"?([^\",}\\s]+)\"?")
            .matcher(Files.readString(file));
        while (m.find()) {
          out.put(m.group(1), m.group(2));
        }
      }
    } catch (IOException | RuntimeException e) {
      out.clear(); // an unreadable file sets nothing, as in Keras
    }
    return out;
  }

  /**
   * The backend in use. Chosen once, by the first that is set: {@link #setBackend}, system property
   * {@code keras4j.backend}, environment {@code KERAS_BACKEND}, {@code keras.json}, else the provider
   * of the highest priority.
   *
   * @throws BackendException if there is none, or the one named is not on the class path
   */
  public static Backend backend() {
    Backend b = current;
    return b != null ? b : choose();
  }

  private static synchronized Backend choose() {
    if (current == null) {
      String name = System.getProperty("keras4j.backend");
      if (name == null || name.isEmpty()) {
        name = System.getenv("KERAS_BACKEND");
      }
      if (name == null || name.isEmpty()) {
        String fromFile = FILE.get("backend");
        name = fromFile != null && find(fromFile) != null ? fromFile : null;
      }
      if (name == null) {
        BackendProvider best = null;
        for (BackendProvider p : providers()) {
          if (best == null || p.priority() > best.priority()) {
            best = p;
          }
        }
        if (best == null) {
          throw new BackendException("No backend on the class path: add keras4j-backend-pytorch,"
              + " keras4j-backend-tensorflow or keras4j-backend-xla");
        }
        name = best.name();
      }
      current = backend(name);
    }
    return current;
  }

  /** A backend by name or alias, loaded if it was not yet; several can live in one JVM. */
  public static Backend backend(String name) {
    BackendProvider p = find(name);
    if (p == null) {
      List<String> known = new ArrayList<>();
      providers().forEach(q -> known.add(q.name()));
      throw new BackendException(
          "Backend '" + name + "' is not on the class path, which has " + known);
    }
    Backend b = LOADED.get(p.name());
    if (b == null) {
      synchronized (LOADED) {
        b = LOADED.computeIfAbsent(p.name(), n -> p.create());
      }
    }
    return b;
  }

  private static @Nullable BackendProvider find(String name) {
    for (BackendProvider p : providers()) {
      if (p.name().equals(name) || p.aliases().contains(name)) {
        return p;
      }
    }
    return null;
  }

  /** What is on the class path. */
  public static List<BackendProvider> providers() {
    List<BackendProvider> out = new ArrayList<>();
    ServiceLoader.load(BackendProvider.class, Keras.class.getClassLoader()).forEach(out::add);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (out.isEmpty() && context != null) {
      ServiceLoader.load(BackendProvider.class, context).forEach(out::add);
    }
    return out;
  }

  /**
   * Chooses the backend that new tensors are made on; existing ones stay where they are.
   *
   * @throws BackendException if it is not on the class path
   * @throws IllegalArgumentException if a device was set that it has not
   */
  public static void setBackend(String name) {
    Backend b = backend(name);
    if (!device.isEmpty()) {
      requireDevice(b, device, device);
    }
    current = b;
  }

  /** The device that new tensors are made on, {@code "gpu:0"}; empty, as at first, for the backend's first. */
  public static String device() {
    String scoped = DEVICE_SCOPE.get();
    return scoped != null ? scoped : device;
  }

  /**
   * Runs with another device than {@link #setDevice} chose ({@code keras.device}); threads that inherit the context, as data threads
   * do, too.
   *
   * <pre>{@code
   * Tensor onHost = Keras.onDevice("cpu", () -> Ops.ones(new long[] {2, 3}));
   * }</pre>
   *
   * @param name as of {@link #setDevice}
   * @return what the body gave
   * @throws IllegalArgumentException if this is no such name, or the backend has no such device
   */
  public static <R extends @Nullable Object> R onDevice(String name, Supplier<R> body) {
    return DEVICE_SCOPE.with(name.isEmpty() ? "" : fullName(name), body);
  }

  /**
   * Chooses the device that new tensors are made on; existing ones stay where they are.
   *
   * @param name a kind and a number, {@code "gpu:1"}, or a kind alone for its first device, {@code "cpu"}; case does
   *     not matter, and {@code "cuda"} is {@code "gpu"}. Empty for the backend's first device again
   * @throws IllegalArgumentException if this is no such name, or the backend has no such device
   */
  public static void setDevice(String name) {
    device = name.isEmpty() ? "" : fullName(name);
  }

  private static String fullName(String name) {
    Matcher m = DEVICE.matcher(name);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "setDevice expects a device such as 'cpu', 'gpu' or 'gpu:1', got '" + name + "'");
    }
    String kind = m.group(1).toLowerCase(Locale.ROOT);
    String number = m.group(2) == null ? "0" : m.group(2);
    String full = (kind.equals("cuda") ? "gpu" : kind) + ":" + number;
    requireDevice(backend(), full, name);
    return full;
  }

  private static void requireDevice(Backend b, String full, String name) {
    if (!b.devices().contains(full)) {
      throw new IllegalArgumentException(
          "Backend '" + b.name() + "' has no device '" + name + "', only " + b.devices());
    }
  }

  /** The default float dtype, {@code float32} at first. */
  public static DType floatx() {
    return floatx;
  }

  public static void setFloatx(String dtype) {
    DType d = DType.of(dtype);
    if (!d.isFloat()) {
      throw new IllegalArgumentException("floatx must be a float dtype, got " + dtype);
    }
    floatx = d;
  }

  /** The fuzz factor that keeps divisions and logarithms finite, {@code 1e-7} at first. */
  public static double epsilon() {
    return epsilon;
  }

  public static void setEpsilon(double value) {
    epsilon = value;
  }

  /** {@code "channels_last"}, the default, or {@code "channels_first"}. */
  public static String imageDataFormat() {
    return imageDataFormat;
  }

  public static void setImageDataFormat(String format) {
    if (!format.equals("channels_last") && !format.equals("channels_first")) {
      throw new IllegalArgumentException(
          "Expected 'channels_last' or 'channels_first', got '" + format + "'");
    }
    imageDataFormat = format;
  }

  /**
   * Sets how many bytes the tensors of one backend may hold in the memory of the host; what is larger, or would go
   * beyond it, is refused with a {@link MemoryLimitException}.
   *
   * @param bytes 0 for what holds at first: system property {@code keras4j.<backend>.memoryLimit}, or {@code
   *     keras4j.memoryLimit}, else 80 % of the memory of the machine or container
   */
  public static void setMemoryLimit(long bytes) {
    MemoryWatch.setHostLimit(bytes);
  }

  private static @Nullable Integer number(String variable) {
    String text = System.getenv(variable);
    return text == null || !text.matches("[1-9]\\d{0,8}") ? null : Integer.valueOf(text);
  }

  /** How many epochs {@code fit} trains at most, whatever it is told; null, as at first, for no limit. */
  public static @Nullable Integer maxEpochs() {
    return maxEpochs;
  }

  /**
   * Limits the epochs of every {@code fit}, so that long programs are tried quickly ({@code keras.config.set_max_epochs}). The
   * environment variable {@code KERAS_MAX_EPOCHS} sets it at first.
   *
   * @param epochs 1 or more; null for no limit
   */
  public static void setMaxEpochs(@Nullable Integer epochs) {
    maxEpochs = limit("setMaxEpochs", epochs);
  }

  /** How many steps an epoch, an evaluation or a prediction has at most; null, as at first, for no limit. */
  public static @Nullable Integer maxStepsPerEpoch() {
    return maxStepsPerEpoch;
  }

  /**
   * Limits the steps of every epoch of {@code fit}, of {@code evaluate} and {@code predict} ({@code
   * keras.config.set_max_steps_per_epoch}). The environment variable {@code KERAS_MAX_STEPS_PER_EPOCH} sets it at first.
   *
   * @param steps 1 or more; null for no limit
   */
  public static void setMaxStepsPerEpoch(@Nullable Integer steps) {
    maxStepsPerEpoch = limit("setMaxStepsPerEpoch", steps);
  }

  private static @Nullable Integer limit(String setter, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(setter + " expects 1 or more, or null, got " + value);
    }
    return value;
  }

  /** Whether progress is printed to standard output; it is at first. */
  public static boolean interactiveLogging() {
    return interactiveLogging;
  }

  /**
   * Prints progress and messages of training to standard output, with bars that move, or logs them line by line ({@code
   * keras.config.disable_interactive_logging}), at level info.
   */
  public static void setInteractiveLogging(boolean on) {
    interactiveLogging = on;
  }

  /** Whether attention may run by kernels that do not hold all its weights at once; it may at first. */
  public static boolean flashAttention() {
    return flashAttention;
  }

  /**
   * Leaves the kernel of attention to the backend, or has it computed plainly everywhere, the weights of all places in memory ({@code
   * keras.config.enable_flash_attention}, {@code disable_flash_attention}); in functions compiled from now on. A layer or
   * function that says itself what it wants has it so.
   */
  public static void setFlashAttention(boolean on) {
    flashAttention = on;
  }

  /**
   * Starts anew, as a fresh process would ({@code keras.backend.clear_session}): automatic names are counted from the beginning, the
   * global seed generator and the global dtype policy are those of the start. Models and tensors stay as they are; those that nobody
   * refers to any more are freed as always.
   */
  public static void clearSession() {
    Names.reset();
    SessionState.clear();
  }

  /** Whether warnings are shown; they are, unless the system property {@code keras4j.warnings} is false. */
  public static boolean warnings() {
    return Log.warnings();
  }

  /**
   * Shows warnings, such as that a callback watches a metric that is not there, or none. They go to SLF4J if a provider
   * is there, else to the JDK's {@link System.Logger}, which writes to standard error by default.
   */
  public static void setWarnings(boolean on) {
    Log.setWarnings(on);
  }

  /** Whether backends may run composites by kernels of their own; on at first. */
  public static boolean claims() {
    return claims;
  }

  /** Turns all claims on or off, for functions compiled from now on. */
  public static void setClaims(boolean on) {
    claims = on;
  }
}
