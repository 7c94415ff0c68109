package org.keras4j.backend.pytorch.claims;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;

/** All claims, by the composite's name. */
public final class Claims {
  private static final Map<String, Claim> ALL = new HashMap<>();

  static {
    ALL.putAll(ActivationClaims.ALL);
    ALL.putAll(NormalizationClaims.ALL);
    ALL.putAll(PoolingClaims.ALL);
    ALL.putAll(LossClaims.ALL);
    ALL.putAll(OptimizerClaims.ALL);
    ALL.putAll(AffineClaims.ALL);
    ALL.putAll(AttentionClaims.ALL);
    ALL.putAll(RecurrentClaims.ALL);
    ALL.putAll(NumpyClaims.ALL);
  }

  private Claims() {}

  /** Whether a kernel runs this composite on these inputs. */
  public static boolean accepts(Composite c, List<TensorSpec> in) {
    Claim claim = ALL.get(c.name());
    if (claim == null) {
      return false;
    }
    for (TensorSpec s : in) {
      if (!s.shape().isKnown() || s.shape().size() == 0) {
        return false; // the body knows about unknown and empty
      }
    }
    return claim.accepts(c.attributes(), in);
  }

  /** The claim of a composite; null if there is none. */
  public static @Nullable Claim of(Composite c) {
    return ALL.get(c.name());
  }

  /** Whether an operand of a node is looked at. */
  public static boolean reads(Primitive p, int input, int inputs) {
    Claim claim = p instanceof Composite c ? of(c) : null;
    return claim == null || claim.reads(input, inputs);
  }

  static boolean isSingleOrDouble(TensorSpec s) {
    return s.dtype() == DType.FLOAT32 || s.dtype() == DType.FLOAT64;
  }
}
