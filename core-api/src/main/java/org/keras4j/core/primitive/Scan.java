package org.keras4j.core.primitive;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;

/**
 * Runs the body {@code length} times (-1: as the sequences have). Inputs: carries; sequences, whose first
 * axis is stepped over (from the end if {@code reverse}); constants. The body takes the carries, one slice
 * of each sequence and the constants, and gives the next carries and any results. Outputs: the last
 * carries, and the results stacked along a new first axis in the order of the sequences.
 */
public record Scan(Graph body, int carries, int sequences, long length, boolean reverse)
    implements ControlFlow {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    List<TensorSpec> step = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      TensorSpec x = in.get(i);
      boolean sequence = i >= carries && i < carries + sequences;
      if (sequence) {
        Rule.require(
            x.rank() > 0 && (length < 0 || x.dim(0) < 0 || x.dim(0) == length),
            in,
            "sequences of length " + length);
      }
      step.add(sequence ? x.withShape(x.shape().slice(1)) : x);
    }
    Rule.operands(step, body);
    List<TensorSpec> out = body.outputSpecs();
    Rule.require(
        out.size() >= carries
            && out.subList(0, carries).equals(body.inputSpecs().subList(0, carries)),
        in,
        "a body giving the carries first, not " + out);
    List<TensorSpec> result = new ArrayList<>(out.subList(0, carries));
    for (TensorSpec y : out.subList(carries, out.size())) {
      result.add(y.withShape(y.shape().insert(0, length)));
    }
    return result;
  }

  @Override
  public List<Graph> bodies() {
    return List.of(body);
  }

  @Override
  public Primitive withBodies(List<Graph> bodies) {
    return new Scan(bodies.get(0), carries, sequences, length, reverse);
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.scan(this, context);
  }

  @Override
  public <C, R> R control(ControlVisitor<C, R> visitor, C context) {
    return visitor.scan(this, context);
  }

  @Override
  public boolean gathers(int output) {
    return output >= carries;
  }
}
