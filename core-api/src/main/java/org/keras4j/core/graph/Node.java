package org.keras4j.core.graph;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Primitive;

/** One application of a primitive. */
public final class Node {
  private final Primitive primitive;
  private final List<Value> inputs;
  private final List<Value> outputs;

  Node(Primitive primitive, List<Value> inputs, List<TensorSpec> outputs) {
    this.primitive = primitive;
    this.inputs = List.copyOf(inputs);
    List<Value> out = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      out.add(new Value(outputs.get(i), this, i));
    }
    this.outputs = List.copyOf(out);
  }

  public Primitive primitive() {
    return primitive;
  }

  public List<Value> inputs() {
    return inputs;
  }

  public List<Value> outputs() {
    return outputs;
  }

  public List<TensorSpec> inputSpecs() {
    return inputs.stream().map(Value::spec).toList();
  }

  public List<TensorSpec> outputSpecs() {
    return outputs.stream().map(Value::spec).toList();
  }
}
