package org.keras4j.text.internal.file;

/**
 * How long texts may be.
 *
 * @param length the most tokens
 * @param stride how many tokens the parts of a long text share
 * @param strategy LongestFirst, OnlyFirst or OnlySecond
 * @param left whether tokens are cut off at the beginning
 */
public record Cut(int length, int stride, String strategy, boolean left) {}
