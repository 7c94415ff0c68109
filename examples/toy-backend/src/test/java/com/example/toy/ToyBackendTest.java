package com.example.toy;

import org.keras4j.tck.backend.BackendTck;

/** The whole kit on this backend. */
class ToyBackendTest extends BackendTck {
  ToyBackendTest() {
    super("toy");
  }
}
