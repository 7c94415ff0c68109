package org.keras4j.training.datasets;

import java.util.List;
import org.keras4j.core.NDArray;

/**
 * A dataset of texts in two parts, each text the indices of its words. {@code Preparation.padSequences} makes arrays of them.
 *
 * @param xTrain the texts to train on
 * @param yTrain their labels, int64 {@code (texts)}
 * @param xTest the texts to test with
 * @param yTest their labels
 */
public record WordData(List<int[]> xTrain, NDArray yTrain, List<int[]> xTest, NDArray yTest) {}
