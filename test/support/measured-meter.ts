import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

/** A meter, and what was measured with it. */
export function measuredMeter(temporality = AggregationTemporality.CUMULATIVE) {
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  return {
    meter: provider.getMeter('test'),
    /** The attributes of what a metric of ours tells, with its value. */
    points: async (name: string) => {
      await reader.forceFlush();
      const [metrics] = exporter.getMetrics().slice(-1);
      const metric = metrics?.scopeMetrics
        .flatMap((scope) => scope.metrics)
        .find(({ descriptor }) => descriptor.name === `trusted_issuers.${name}`);
      return (metric?.dataPoints ?? []).map(({ attributes, value }) => ({ ...attributes, value }));
    },
    close: () => provider.shutdown(),
  };
}
