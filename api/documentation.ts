import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { ApiServer } from './api-server.js';
import { addProblems, documentedSchema } from './documented-answers.js';

/** Where the pages are that show the document. */
export const documentationPages = '/docs';

/** The OpenAPI 3.1 document at /openapi.json, generated from the contracts of the routes, and a page to browse it at /docs. */
export async function documentation(app: ApiServer): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Touchline',
        version: '1',
        description:
          'Football data with what was known when: fixtures, prices, features, predictions, and where each number comes from.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
      security: [{ bearer: [] }, { header: [] }],
    },
    transform: (about) => {
      const { schema, url } = jsonSchemaTransform(about);
      return { schema: documentedSchema(schema, about.route.config), url };
    },
    transformObject: (document) =>
      'openapiObject' in document ? addProblems(document.openapiObject) : document.swaggerObject,
  });
  await app.register(swaggerUi, { routePrefix: documentationPages, staticCSP: true });
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => app.swagger());
}
