package org.keras4j.backend.pytorch.claims;

import java.util.List;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;

/** A composite that libtorch has a kernel for. */
public interface Claim {
  /** Whether the kernel takes inputs of these specs. */
  boolean accepts(Attributes a, List<TensorSpec> in);

  /** Writes the call. */
  List<Term> write(Call call);

  /** Whether the kernel reads an input; if not, its memory may be used again earlier. */
  default boolean reads(int input, int inputs) {
    return true;
  }
}
