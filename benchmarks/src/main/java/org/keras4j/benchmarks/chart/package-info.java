/** Pictures of measurements, as SVG. */
@NullMarked
package org.keras4j.benchmarks.chart;

import org.jspecify.annotations.NullMarked;
