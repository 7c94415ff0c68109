package org.keras4j.backend.xla.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a program takes and gives, and how it is compiled.
 *
 * @param name for messages
 * @param parameters the types of its arguments
 * @param results the types of its results
 * @param donated by result (value) and parameter (key): whose memory the result may take
 * @param device the index of the device it runs on
 * @param flags XLA flags by name
 */
public record ProgramSpec(
    String name,
    List<TensorType> parameters,
    List<TensorType> results,
    Map<Integer, Integer> donated,
    int device,
    Map<String, String> flags) {
  private static final AtomicLong EXECUTIONS = new AtomicLong();

  public ProgramSpec {
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

  /**
   * Checks arguments against the parameters.
   *
   * @throws IllegalArgumentException naming the program and what does not fit
   * @throws IllegalStateException if one is closed
   */
  public void check(XlaBuffer[] arguments) {
    if (arguments.length != parameters.size()) {
      throw new IllegalArgumentException(
          name + ": got " + arguments.length + " arguments, expected " + parameters.size());
    }
    for (int i = 0; i < arguments.length; i++) {
      XlaBuffer b = arguments[i];
      if (b.isClosed()) {
        throw new IllegalStateException(
            name + ": argument " + i + " " + b.type() + " is closed, or was donated before");
      }
      TensorType want = parameters.get(i);
      TensorType got = b.type();
      if (got != want && !got.equals(want)) {
        throw new IllegalArgumentException(
            name + ": argument " + i + " is " + got + ", expected " + want);
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

  /** The place of a donated argument that stands at another place too; -1 if there is none. */
  public int givenTwice(XlaBuffer[] arguments) {
    // a number of its own marks the donated ones: nothing else uses those while they are given away
    long execution = EXECUTIONS.incrementAndGet();
    for (int d : donated.keySet()) {
      if (arguments[d].execution == execution) {
        return d;
      }
      arguments[d].execution = execution;
    }
    for (int i = 0; i < arguments.length; i++) {
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
