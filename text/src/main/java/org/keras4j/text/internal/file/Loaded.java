package org.keras4j.text.internal.file;

import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.pipeline.Pipeline;

/**
 * What a file says of a tokenizer.
 *
 * @param pipeline its stages
 * @param cut how long texts may be, or null
 * @param fill how short ones are filled, or null
 */
public record Loaded(
    Pipeline pipeline, @Nullable Cut cut, @Nullable Fill fill) {
  /** What only has stages. */
  static Loaded of(Pipeline pipeline) {
    return new Loaded(pipeline, null, null);
  }
}
