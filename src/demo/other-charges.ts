import type { Row } from '../engine/engine.ts';
import type { Month } from './calendar.ts';
import { REGIONS } from './catalogue.ts';
import { type Charge, rateText, saleColumns, skuOf } from './charge.ts';
import { AWS_INC } from './offer.ts';
import { OTHER_REGIONS, OTHER_SERVICES, type OtherService, otherParts } from './other-services.ts';

/** All that workloads of other services can be charged for in a month. */
export function otherCharges(month: Month): Charge[] {
  return OTHER_SERVICES.flatMap((service) => OTHER_REGIONS.map((region) => otherCharge(month, service, region)));
}

function otherCharge(month: Month, service: OtherService, region: string): Charge {
  const seller = service.seller ?? AWS_INC;
  const marketplace = seller !== AWS_INC;
  const parts = otherParts(service.unit);
  const price = Math.round((service.price * 1e10) / parts);
  const usageType = service.usageType.replaceAll('{R}', REGIONS[region]?.prefix ?? '');
  const columns: Row = {
    ...saleColumns(month, marketplace ? 'marketplace' : 'aws', seller),
    bedrock: false,
    product_code: service.productCode,
    usage_type: usageType,
    operation: service.operation,
    line_type: service.lineType ?? 'Usage',
    description: `$${rateText(price * parts)} per ${service.unit} - ${usageType}`,
    unit: service.unit,
    product: JSON.stringify(service.product ?? { product_name: service.productCode, region }),
    product_family: service.family,
    region,
    location: REGIONS[region]?.location ?? null,
    servicecode: marketplace ? '' : service.productCode,
    sku: skuOf(service.productCode + usageType),
    term: service.columns === undefined ? 'OnDemand' : 'Reserved',
    rate: rateText(price * parts),
    list_rate: marketplace ? null : rateText(Math.abs(price) * parts),
    price,
    list_price: marketplace || price < 0 ? 0 : price,
    parts,
    discounted: !marketplace,
    identity_hour: month.hours,
    latest_hour: month.hours - 1,
    batch: false,
    ...service.columns,
  };
  const typical = service.price === 0 ? parts : (service.dollars / Math.abs(service.price)) * parts;
  return { id: 0, offer: null, share: service.share, typical, price, columns };
}
