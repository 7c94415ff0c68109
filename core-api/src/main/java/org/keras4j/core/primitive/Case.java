package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;

/**
 * Runs one of several graphs. Inputs: an int32 scalar, clamped to the branches there are, then the
 * operands that every branch takes; the outputs are the branch's.
 */
public record Case(List<Graph> branches) implements ControlFlow {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.atLeast(in, 1);
    Rule.require(in.get(0).equals(TensorSpec.of(DType.INT32)), in, "an int32 scalar index");
    Rule.require(!branches.isEmpty(), in, "at least one branch");
    List<TensorSpec> out = branches.get(0).outputSpecs();
    for (Graph g : branches) {
      Rule.operands(in.subList(1, in.size()), g);
      Rule.require(
          g.outputSpecs().equals(out),
          in,
          "branches with equal results, not " + out + " and " + g.outputSpecs());
    }
    return out;
  }

  @Override
  public List<Graph> bodies() {
    return branches;
  }

  @Override
  public Primitive withBodies(List<Graph> bodies) {
    return new Case(bodies);
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.caseOf(this, context);
  }

  @Override
  public <C, R> R control(ControlVisitor<C, R> visitor, C context) {
    return visitor.caseOf(this, context);
  }

  @Override
  public boolean gathers(int output) {
    return false;
  }
}
