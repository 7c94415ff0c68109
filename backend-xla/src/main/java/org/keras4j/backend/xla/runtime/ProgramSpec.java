package org.keras4j.backend.xla.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.sharding.Sharding;

/**
 * What a program takes and gives, and how it is compiled.
 *
 * @param name for messages
 * @param parameters the types of its arguments; on several devices, of what each of them takes
 * @param results the types of its results; on several devices, of what each of them gives
 * @param donated by result (value) and parameter (key): whose memory the result may take
 * @param devices the indices of the devices it runs on, one a partition
 * @param flags XLA flags by name
 * @param parts how the arrays that the devices have together are divided; null on one device
 */
public record ProgramSpec(
    String name,
    List<TensorType> parameters,
    List<TensorType> results,
    Map<Integer, Integer> donated,
    List<Integer> devices,
    Map<String, String> flags,
    @Nullable Parts parts) {
  private static final AtomicLong EXECUTIONS = new AtomicLong();

  /**
   * How arguments and results of a program on several devices are divided.
   *
   * @param parameters one a parameter
   * @param results one a result
   */
  public record Parts(List<Sharding> parameters, List<Sharding> results) {
    public Parts {
      parameters = List.copyOf(parameters);
      results = List.copyOf(results);
    }
  }

  /** A program on one device, of an index. */
  public ProgramSpec(
      String name,
      List<TensorType> parameters,
      List<TensorType> results,
      Map<Integer, Integer> donated,
      int device,
      Map<String, String> flags) {
    this(name, parameters, results, donated, List.of(device), flags, null);
  }

  public ProgramSpec {
    devices = List.copyOf(devices);
    parameters = List.copyOf(parameters);
    results = List.copyOf(results);
    donated = Map.copyOf(donated);
    flags = Map.copyOf(flags);
    // fields are set only after this
    for (Map.Entry<Integer, Integer> d : donated.entrySet()) {
      TensorType given = parameters.get(d.getKey());
      TensorType result = results.get(d.getValue());
      if (!given.equals(result)) {
        throw new IllegalArgumentException(name + ": argument " + d.getKey() + " is " + given
            + " and cannot become result " + d.getValue() + ", " + result);
      }
    }
  }

  /** A program on the first device, with nothing donated. */
  public static ProgramSpec of(String name, List<TensorType> parameters, List<TensorType> results) {
    return new ProgramSpec(name, parameters, results, Map.of(), 0, Map.of());
  }

  /** The index of the device it runs on; of several, the first. */
  public int device() {
    return devices.get(0);
  }

  /**
   * Checks arguments against the parameters.
   *
   * @param arguments on several devices those of the first, then those of the second, and so on
   * @throws IllegalArgumentException naming the program and what does not fit
   * @throws IllegalStateException if one is closed
   */
  public void check(XlaBuffer[] arguments) {
    int n = parameters.size();
    if (arguments.length != n * devices.size()) {
      throw new IllegalArgumentException(
          name + ": got " + arguments.length + " arguments, expected " + n * devices.size());
    }
    for (int i = 0; i < arguments.length; i++) {
      XlaBuffer b = arguments[i];
      if (b.isClosed()) {
        throw new IllegalStateException(
            name + ": argument " + i % n + " " + b.type() + " is closed, or was donated before");
      }
      TensorType want = parameters.get(i % n);
      TensorType got = b.type();
      if (got != want && !got.equals(want)) {
        throw new IllegalArgumentException(
            name + ": argument " + i % n + " is " + got + ", expected " + want);
      }
      if (devices.size() > 1 && b.device().index() != devices.get(i / n)) {
        throw new IllegalArgumentException(name + ": argument " + i % n + " lies on "
            + b.device().name() + ", expected the device of index " + devices.get(i / n));
      }
    }
    if (!donated.isEmpty()) {
      checkDonated(arguments);
    }
  }

  private void checkDonated(XlaBuffer[] arguments) {
    int d = givenTwice(arguments);
    if (d >= 0) {
      throw new IllegalArgumentException(
          name + ": argument " + d + " is donated and given again as another argument");
    }
  }

  /**
   * The place of a donated argument that stands at another place too; -1 if there is none. Buffers of several devices differ, so the
   * first one's arguments tell.
   */
  public int givenTwice(XlaBuffer[] arguments) {
    // a number of its own marks the donated ones: nothing else uses those while they are given away
    long execution = EXECUTIONS.incrementAndGet();
    for (int d : donated.keySet()) {
      if (arguments[d].execution == execution) {
        return d;
      }
      arguments[d].execution = execution;
    }
    for (int i = 0; i < parameters.size(); i++) {
      if (arguments[i].execution == execution && !donated.containsKey(i)) {
        for (int d : donated.keySet()) {
          if (arguments[d] == arguments[i]) {
            return d;
          }
        }
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    return name + Arrays.toString(parameters.toArray()) + " -> " + results;
  }
}
