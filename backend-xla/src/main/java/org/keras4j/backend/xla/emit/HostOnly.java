package org.keras4j.backend.xla.emit;

import org.keras4j.core.primitive.Primitive;

/** A primitive that no program text can express; who compiles runs it on the host instead. */
public final class HostOnly extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HostOnly(Primitive p) {
    super(p.label() + " runs on the host only");
  }
}
