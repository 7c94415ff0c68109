/** Writes primitives and graphs as TorchScript source text. Internal. */
@NullMarked
package org.keras4j.backend.pytorch.script;

import org.jspecify.annotations.NullMarked;
