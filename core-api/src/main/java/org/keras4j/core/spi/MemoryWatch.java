package org.keras4j.core.spi;

import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Counts the bytes that tensors of a backend hold outside the Java heap, sees to it that forgotten ones do
 * not pile up there, and refuses what would not fit before native code is asked for it.
 *
 * <p>A tensor of a gigabyte takes a hundred bytes of the Java heap. So the garbage collector has no
 * reason to run however many were forgotten, and only it can find them. Therefore this class asks for a
 * {@linkplain Garbage#collect collection} when the bytes held have doubled since the last time and are more
 * than 512 MB, and at the limit. Programs that close their tensors, or work in a {@link
 * org.keras4j.core.TensorScope}, never get there unless what they need doubles.
 *
 * <p>The limit of host memory is, first that is set: {@link org.keras4j.core.Keras#setMemoryLimit}, system property
 * {@code keras4j.<backend>.memoryLimit}, {@code keras4j.memoryLimit} (bytes), else 80 % of the memory of the machine,
 * or of the container that the JVM runs in.
 */
public final class MemoryWatch {
  /** What each backend could hold if it held nothing else; the system is asked once. */
  private static final Map<String, MemoryWatch> LARGEST = new ConcurrentHashMap<>();

  private static final long FLOOR = 512L << 20;
  private static final int ATTEMPTS = 5;
  private static final Map<String, List<MemoryWatch>> HOSTS = new ConcurrentHashMap<>();
  private static volatile long set;

  private final String memory;
  private final LongSupplier limit;
  private final Runnable release;
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();
  private volatile long collectAt;

  /**
   * A watch over one memory.
   *
   * @param memory what it is, for messages: {@code "the memory of gpu:0"}
   * @param limit what tensors must stay below, in bytes; at it an allocation waits a while for what a
   *     collection frees
   * @param release called after a collection to free what it found; does nothing where a thread of the
   *     backend does that by itself
   */
  public MemoryWatch(String memory, long limit, Runnable release) {
    this(memory, () -> limit, release);
  }

  private MemoryWatch(String memory, LongSupplier limit, Runnable release) {
    this.memory = memory;
    this.limit = limit;
    this.release = release;
    this.collectAt = floor();
  }

  /** A watch over what a backend holds in the memory of the host. */
  public static MemoryWatch ofHost(String backend, Runnable release) {
    MemoryWatch w = limitedBy(backend, release);
    HOSTS.computeIfAbsent(backend, b -> new CopyOnWriteArrayList<>()).add(w);
    return w;
  }

  /** The bytes that the tensors of each backend hold in the memory of the host, by the backend's name. */
  public static Map<String, Long> hostUse() {
    Map<String, Long> out = new TreeMap<>();
    HOSTS.forEach((backend, watches) ->
        out.put(backend, watches.stream().mapToLong(MemoryWatch::used).sum()));
    return out;
  }

  private static MemoryWatch limitedBy(String backend, Runnable release) {
    long atStart = hostLimit(backend);
    return new MemoryWatch(
        "what backend '" + backend + "' may hold (Keras.setMemoryLimit, or system property keras4j."
            + backend + ".memoryLimit)",
        () -> set > 0 ? set : atStart,
        release);
  }

  /** Sets the limit of host memory for every backend; 0 for what it was at first. */
  public static void setHostLimit(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("A memory limit is at least 0 bytes, got " + bytes);
    }
    set = bytes;
  }

  /** The limit of host memory that a backend starts with. */
  public static long hostLimit(String backend) {
    Long own = property("keras4j." + backend + ".memoryLimit");
    Long all = own != null ? own : property("keras4j.memoryLimit");
    if (all != null) {
      return all;
    }
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getTotalMemorySize() / 10 * 8
        : Long.MAX_VALUE;
  }

  /**
   * Refuses what a backend could never hold on the host, before it is computed there.
   *
   * @throws MemoryLimitException naming it, its bytes and the limit
   */
  public static void requireHost(String backend, TensorSpec spec) {
    MemoryWatch w = LARGEST.computeIfAbsent(backend, b -> limitedBy(b, () -> {}));
    if (!w.fits(spec)) {
      w.refuse("an array", List.of(spec));
    }
  }

  private static @Nullable Long property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      return null;
    }
    try {
      long n = Long.parseLong(value.strip());
      if (n > 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "System property " + name + ": expected a number of bytes, got '" + value + "'");
  }

  /**
   * Refuses results that would not fit, after waiting for what a collection frees.
   *
   * @param results their specs; those of unknown shape count nothing
   * @throws MemoryLimitException naming the largest, its bytes and the limit
   */
  public void require(List<TensorSpec> results) {
    if (room(total(results))) {
      return;
    }
    refuse("a result", results);
  }

  /** Likewise of results that lie in the memory of what is there; only one larger than all memory is refused. */
  public void requireView(List<TensorSpec> results) {
    for (TensorSpec s : results) {
      if (!fits(s)) {
        refuse("a result", List.of(s));
      }
    }
  }

  /** Likewise of a tensor that is about to be copied there. */
  public void require(TensorSpec spec) {
    if (!room(total(List.of(spec)))) {
      refuse("a copy", List.of(spec));
    }
  }

  /** Whether so many more bytes fit; waits for what a collection frees. */
  boolean room(long bytes) {
    long most = limit.getAsLong();
    if (bytes <= most - used.get()) {
      return true;
    }
    if (bytes > most) {
      return false;
    }
    for (int i = 0; i < ATTEMPTS && bytes > most - used.get(); i++) {
      reclaim();
    }
    return bytes <= most - used.get();
  }

  /** Whether a value could be held if nothing else were. */
  boolean fits(TensorSpec s) {
    return total(List.of(s)) <= limit.getAsLong();
  }

  /** The bytes of those whose shape is known; the largest number if there is none for them. */
  private static long total(List<TensorSpec> specs) {
    long sum = 0;
    try {
      for (TensorSpec s : specs) {
        sum += s.shape().isKnown() ? s.bytes() : 0;
        if (sum < 0) {
          return Long.MAX_VALUE;
        }
      }
    } catch (MemoryLimitException e) {
      return Long.MAX_VALUE;
    }
    return sum;
  }

  /** Says that the results of something do not fit. */
  void refuse(String what, List<TensorSpec> results) {
    TensorSpec largest = results.get(0);
    BigInteger sum = BigInteger.ZERO;
    for (TensorSpec s : results) {
      if (bytes(s).signum() == 0 && s.shape().isKnown()) {
        s.bytes(); // an empty array may have steps that nobody can count
      }
      sum = sum.add(bytes(s));
      largest = bytes(s).compareTo(bytes(largest)) > 0 ? s : largest;
    }
    refuse(
        what + (results.size() == 1 ? " of " : ", of whose results the largest is ") + largest,
        sum);
  }

  /** Says that something does not fit. */
  void refuse(String what, BigInteger bytes) {
    long held = used.get();
    throw new MemoryLimitException(what + " takes " + MemoryLimitException.text(bytes)
        + ", more than is left of the "
        + MemoryLimitException.text(BigInteger.valueOf(limit.getAsLong())) + " of " + memory
        + (held == 0
            ? ""
            : ", of which " + MemoryLimitException.text(BigInteger.valueOf(held)) + " are held"));
  }

  private static BigInteger bytes(TensorSpec s) {
    BigInteger n = BigInteger.valueOf(s.dtype().size());
    Shape shape = s.shape();
    for (int i = 0; shape.isKnown() && i < shape.rank(); i++) {
      n = n.multiply(BigInteger.valueOf(shape.dim(i)));
    }
    return shape.isKnown() ? n : BigInteger.ZERO;
  }

  /** Counts an allocation. */
  public void allocated(long bytes) {
    long now = used.addAndGet(bytes);
    if (now > peak.get()) {
      peak.accumulateAndGet(now, Math::max);
    }
    if (now > collectAt) {
      collect();
    }
  }

  /** Counts the end of an allocation. */
  public void freed(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Bytes held now. */
  public long used() {
    return used.get();
  }

  /** The most bytes ever held. */
  public long peak() {
    return peak.get();
  }

  /** What tensors must stay below, in bytes. */
  public long limit() {
    return limit.getAsLong();
  }

  private long floor() {
    return Math.min(FLOOR, limit() / 4);
  }

  private synchronized void collect() {
    if (used.get() <= collectAt) {
      return; // another thread was here first
    }
    long most = limit();
    reclaim();
    for (int i = 0; i < ATTEMPTS && used.get() > most; i++) {
      reclaim();
    }
    long held = used.get();
    collectAt = Math.max(floor(), held > most ? held + floor() : Math.min(2 * held, most));
  }

  /**
   * Has garbage collected and waits while that frees tensors, half a second at most. A backend calls it
   * before it tries an allocation that failed a second time.
   */
  public void reclaim() {
    Garbage.collect(used::get, release);
  }
}
