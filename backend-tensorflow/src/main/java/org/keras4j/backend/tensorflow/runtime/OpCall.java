package org.keras4j.backend.tensorflow.runtime;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;

/**
 * One TensorFlow operation to be run or put into a graph: its name and the attributes that differ from
 * their defaults and do not follow from the inputs.
 */
public final class OpCall {
  /** One attribute. A value is an Integer (a type code), Boolean, Long, Float, String, array or {@link Function}. */
  public record Attribute(String name, Object value) {}

  /** The name of a function as the value of an attribute. */
  public record Function(String name) {}

  /** A partial shape as the value of an attribute. */
  public record Dims(long[] dims) {}

  private final String type;
  private final List<Attribute> attributes = new ArrayList<>(4);

  public OpCall(String type) {
    this.type = type;
  }

  public String type() {
    return type;
  }

  public List<Attribute> attributes() {
    return attributes;
  }

  public OpCall dtype(String name, DType value) {
    return set(name, NativeType.code(value));
  }

  public OpCall flag(String name, boolean value) {
    return set(name, value);
  }

  public OpCall number(String name, long value) {
    return set(name, value);
  }

  public OpCall real(String name, double value) {
    return set(name, (float) value);
  }

  public OpCall text(String name, String value) {
    return set(name, value);
  }

  public OpCall numbers(String name, long... value) {
    return set(name, value);
  }

  public OpCall texts(String name, String... value) {
    return set(name, value);
  }

  /** A list of type codes. */
  public OpCall types(String name, int... value) {
    return set(name, value);
  }

  public OpCall function(String name, String value) {
    return set(name, new Function(value));
  }

  public OpCall functions(String name, List<String> value) {
    return set(name, value.stream().map(Function::new).toArray(Function[]::new));
  }

  public OpCall shape(String name, long... dims) {
    return set(name, new Dims(dims));
  }

  private OpCall set(String name, Object value) {
    attributes.add(new Attribute(name, value));
    return this;
  }
}
