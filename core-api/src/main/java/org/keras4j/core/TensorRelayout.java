package org.keras4j.core;

import org.apiguardian.api.API;
import org.keras4j.core.sharding.Sharding;

/** Changes how tensors lie on a mesh; the module {@code keras4j-ops} provides it, not backends. */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface TensorRelayout {
  /**
   * The tensor, lying so.
   *
   * @throws IllegalArgumentException if the layout does not fit it, or is for another mesh than the one being compiled for
   */
  Tensor relayout(Tensor x, Sharding sharding);
}
