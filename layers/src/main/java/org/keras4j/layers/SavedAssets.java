package org.keras4j.layers;

import java.util.Map;
import org.keras4j.core.NDArray;

/** A layer with state besides its weights that model files hold: a vocabulary, for instance. */
public interface SavedAssets {
  /** Arrays that stand beside the layer's weights in a file, by name. */
  Map<String, NDArray> savedArrays();

  /** Texts that stand in files of their own in an archive, by file name. */
  Map<String, String> savedTexts();

  /**
   * Takes what a file holds.
   *
   * @param arrays as of {@link #savedArrays}; empty if the file has none
   * @param texts as of {@link #savedTexts}; empty if the file has none, as files of weights have
   * @throws IllegalArgumentException if it cannot be what this layer has saved
   */
  void loadAssets(Map<String, NDArray> arrays, Map<String, String> texts);
}
