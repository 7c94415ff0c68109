package org.keras4j.core.primitive;

import java.util.List;

/**
 * What a composite is called, and what it takes and gives, for those who claim it. {@link Composites} has them all.
 *
 * @param name {@code "nn.gelu"}
 * @param attributes its attributes
 * @param inputs the names of its inputs in order; those in brackets are there if an attribute says so
 * @param outputs the names of its outputs in order
 * @param differentiable whether there is a backward part
 * @param extras what the forward part gives after the outputs; empty where the function itself is the forward part
 */
public record CompositeName(
    String name,
    List<AttributeKey<?>> attributes,
    List<String> inputs,
    List<String> outputs,
    boolean differentiable,
    List<String> extras) {

  /** The name of the forward part, which gives the outputs and then the extras. */
  public String forward() {
    return name + "_forward";
  }

  /**
   * The name of the backward part: from inputs, outputs, extras and one cotangent an output it gives one cotangent an
   * input, a scalar 0 for inputs that are no floats.
   */
  public String backward() {
    return name + "_backward";
  }

  @Override
  public String toString() {
    return name;
  }
}
