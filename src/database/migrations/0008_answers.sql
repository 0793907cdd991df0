ALTER TABLE "pet_questions" ADD COLUMN "answers" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "pet_questions" DROP COLUMN "pets";