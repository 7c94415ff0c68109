package org.keras4j.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** One call of an {@link Operation} on {@link KerasTensor}s: an edge bundle of a Functional model. */
public final class OperationNode {
  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final Operation operation;
  private final List<Object> args;
  private final Map<String, Object> kwargs;
  private final List<KerasTensor> inputs;
  private final List<KerasTensor> outputs;
  private final Object outputStructure;

  /**
   * Records a call; the outputs get to know their node.
   *
   * @param args positional arguments as given, null entries allowed
   * @param kwargs arguments by Keras name
   * @param outputStructure the nested result, its leaves {@link KerasTensor}s
   */
  public OperationNode(
      Operation operation, List<Object> args, Map<String, Object> kwargs, Object outputStructure) {
    this.operation = operation;
    this.args = args;
    this.kwargs = kwargs;
    this.outputStructure = outputStructure;
    this.inputs = leaves(List.of(args, kwargs));
    this.outputs = leaves(outputStructure);
    for (int i = 0; i < outputs.size(); i++) {
      outputs.get(i).producedBy(this, i);
    }
  }

  private static List<KerasTensor> leaves(Object structure) {
    List<KerasTensor> found = new ArrayList<>();
    for (Object leaf : Nest.flatten(structure)) {
      if (leaf instanceof KerasTensor k) {
        found.add(k);
      }
    }
    return found;
  }

  /** A number that grows with each call recorded in this JVM. */
  public long id() {
    return id;
  }

  public Operation operation() {
    return operation;
  }

  public List<Object> args() {
    return args;
  }

  public Map<String, Object> kwargs() {
    return kwargs;
  }

  /** The symbolic tensors among the arguments, flattened. */
  public List<KerasTensor> inputs() {
    return inputs;
  }

  public List<KerasTensor> outputs() {
    return outputs;
  }

  public Object outputStructure() {
    return outputStructure;
  }
}
