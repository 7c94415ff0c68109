package org.keras4j.core.primitive;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * A primitive with the shape of its result among its attributes, where dimensions may be unknown. They follow
 * from the operands, or further inputs tell them, an integer scalar each.
 */
public interface SizedByInputs {
  /** The shape of the result as far as it is known. */
  Shape resultShape();

  /** How many inputs come before those that tell sizes. */
  int operands();

  /** The shape of the result where no further inputs tell it. */
  Shape shapeOf(List<TensorSpec> operands);

  /** The primitive with another shape of its result; if it is known, the operands are all its inputs. */
  Primitive withResultShape(Shape shape);
}
