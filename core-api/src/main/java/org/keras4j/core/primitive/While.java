package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;

/**
 * Repeats the body while the condition gives true. Inputs: the carries, then constants; condition and
 * body take both, the body gives the next carries. Outputs: the last carries.
 *
 * @param maximum how often the body runs at most, as the condition has it: what differentiation needs to know; -1
 *     if that is open
 */
public record While(Graph condition, Graph body, int carries, long maximum) implements ControlFlow {
  private static final Set<Trait> TRAITS = Set.of(Trait.OPEN_ENDED);

  /** A loop of an open number of steps. */
  public While(Graph condition, Graph body, int carries) {
    this(condition, body, carries, -1);
  }

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.operands(in, condition);
    Rule.operands(in, body);
    Rule.require(
        condition.outputSpecs().equals(List.of(TensorSpec.of(DType.BOOL))),
        in,
        "a condition giving one bool scalar");
    Rule.require(
        body.outputSpecs().equals(body.inputSpecs().subList(0, carries)),
        in,
        "a body giving the carries, not " + body.outputSpecs());
    return body.outputSpecs();
  }

  @Override
  public List<Graph> bodies() {
    return List.of(condition, body);
  }

  @Override
  public Primitive withBodies(List<Graph> bodies) {
    return new While(bodies.get(0), bodies.get(1), carries, maximum);
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.whileLoop(this, context);
  }

  @Override
  public <C, R> R control(ControlVisitor<C, R> visitor, C context) {
    return visitor.whileLoop(this, context);
  }

  @Override
  public boolean gathers(int output) {
    return false;
  }
}
