package org.keras4j.ops.internal.engine;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Composite;

/** A function with its attributes, of which a {@link Composite} was made. */
public interface BoundComposite extends Composite.BodySource {
  /** What the function gives for these inputs, by a kernel of the backend where it has one. */
  List<Tensor> call(List<Tensor> inputs);
}
